// SPDX-License-Identifier: BSD-3-Clause
// Programs that use signals for their own work, with UCX: however they load it, they run as they
// would without it.
#include <signal.h>

#include <algorithm>
#include <sstream>

#include "matrix/cases.hpp"
#include "support/text.hpp"

namespace tests {
namespace {

using Words = std::vector<std::string>;

/// As UCX says it.
const std::string caught = "killed by \"Caught signal 11\"";

/// What UCX 1.10 says of an MPICH that was built with 1.13, with the shim or without.
std::string without_greeting(const std::string& output) {
  std::string rest;
  for (const auto& line : lines_of(output))
    if (!has(line, "UCP version is incompatible")) rest += line + "\n";
  return rest;
}

/// "works" where the guest says that all is right, and nothing else is said by anybody.
std::string judge_quiet(const runner::Verdict& verdict) {
  const auto output = without_greeting(verdict.output);
  if (has(output, "Caught signal")) return caught;
  if (has(output, "unused env")) return "UCX reports an unused variable";
  if (verdict.end == runner::End::works && output == "all right\n") return "works";
  if (verdict.end == runner::End::works) return "prints more than it should";
  const auto plain = runner::describe(verdict);
  return verdict.end == runner::End::exited ? output.substr(0, output.find('\n')) : plain;
}

std::string join(const Words& words) {
  std::string all;
  for (const auto& word : words) all += (all.empty() ? "" : " ") + word;
  return all;
}

/// One way of loading, with handlers installed before and after, on an alternate stack or not, in
/// the main thread, another, and a child.
std::string meet_safepoints(const Build& build, Shim shim, const std::string& guest,
                            const Words& how) {
  // The user's UCX_HANDLE_ERRORS=bt makes UCX set an alternate stack. Where its calls do not reach
  // the shim, nothing can keep it from that.
  const bool out_of_reach = how[0] == "deepbind" || how[0] == "dlmopen";
  const bool stacks = !(out_of_reach && build.environment.count("UCX_HANDLE_ERRORS"));
  for (const std::string when : {"before", "after"})
    for (const std::string stack : {"", "onstack"})
      for (const std::string where : {"", "thread", "fork"}) {
        if (!stack.empty() && !stacks) continue;
        auto words = how;
        words.push_back(when);
        if (!stack.empty()) words.push_back(stack);
        if (!where.empty()) words.push_back(where);
        if (stack.empty() && where.empty()) words.push_back("deaths");
        auto program = build.guest(guest, words, shim);
        if (how.back() == "ucp") program.environment["LIBRARY"] = build.environment.at("UCP");
        const auto outcome = judge_quiet(run(program, deadline(shim)));
        if (outcome == "works") continue;
        return shim == Shim::with ? join(words) + ": " + outcome : outcome;
      }
  return "works";
}

Case safepoints(const std::string& title, const Words& how,
                std::function<bool(const Build&)> applies = Case{}.applies) {
  const std::string guest = how == Words{"linked"}          ? "safepoint_linked"
                            : how == Words{"linked", "ucp"} ? "safepoint_ucp"
                                                            : "safepoint";
  return {"signals", title,
          [how, guest](const Build& build, Shim shim) {
            return meet_safepoints(build, shim, guest, how);
          },
          std::move(applies)};
}

/// The program's own getenv is asked, as bash's: what UCX holds is given back before MPI_Init.
std::string repair(const Build& build, Shim shim) {
  // Its handler of SIGFPE is there before MPI_Init and after UCX: it must not be lost either.
  for (const Words& words : {Words{"before", "deaths"}, Words{"after", "deaths"}}) {
    const auto outcome =
        judge_quiet(run(build.guest("safepoint_own_getenv", words, shim), deadline(shim)));
    if (outcome != "works") return shim == Shim::with ? join(words) + ": " + outcome : outcome;
  }
  const auto crash = run(build.guest("safepoint_own_getenv", {"crash"}, shim), deadline(shim));
  return has(crash.output, "Caught signal") ? caught : "works";
}

std::string under_mpiexec(const Build& build, Shim shim) {
  auto program = build.guest("safepoint", {"local", "before", "thread", "deaths"}, shim);
  const auto launcher = build.is("system") ? "mpiexec.mpich" : "mpiexec";
  program.argv.insert(program.argv.begin(), {launcher, "-n", "2"});
  const auto verdict = run(program, deadline(shim));
  if (has(verdict.output, "Caught signal")) return caught;
  if (verdict.end != runner::End::works) return describe(verdict);
  // hydra mixes what the ranks print, now and then in the middle of a line.
  std::string said = verdict.output, wanted = "all right\nall right\n";
  std::sort(said.begin(), said.end());
  std::sort(wanted.begin(), wanted.end());
  return said == wanted ? "works" : "prints something else";
}

/// Both ranks crash, and each line says whose it is; hydra ends the second as soon as the first is
/// dead.
std::string crash_under_mpiexec(const Build& build, Shim shim) {
  auto program = build.guest("safepoint", {"local", "crash"}, shim);
  program.argv.insert(program.argv.begin(), {"mpiexec.mpich", "-n", "2"});
  const auto output = run(program, deadline(shim)).output;
  for (const std::string rank : {"0", "1"})
    if (has(output, "sidestep: [rank " + rank + "]  0  0x")) return "works";
  return "does not say which rank";
}

std::string close_terminal(const Build& build, Shim shim) {
  auto program = build.guest("safepoint", {"local", "wait"}, shim);
  program.input = runner::Input::terminal;
  runner::Conversation talk(program);
  if (!talk.expect("ready\r\n", deadline(shim))) return describe(talk.finish(0ms));
  talk.hang_up();
  const auto verdict = talk.finish(shim == Shim::with ? 30000ms : 3000ms);
  if (verdict.end == runner::End::hangs) return "lives on";
  return verdict.end == runner::End::killed && verdict.number == SIGHUP ? "works"
                                                                        : describe(verdict);
}

/// Nobody handles it: the trace, and the end by the same signal.
std::string crash(const Build& build, Shim shim) {
  const auto verdict = run(build.guest("safepoint", {"local", "crash"}, shim), deadline(shim));
  if (verdict.end != runner::End::killed || verdict.number != SIGSEGV) return describe(verdict);
  for (const std::string part : {"SIGSEGV (address not mapped) at address 0x0", "crash_here+0x",
                                 "[rank 0]", "end of the trace"})
    if (!has(verdict.output, part)) return "does not say " + part;
  return has(verdict.output, "Caught signal") ? "traced twice" : "works";
}

std::string fault_in_python(const Build& build, Shim shim) {
  const auto program = build.python(
      {"-X", "faulthandler", "-c",
       lines({"from mpi4py import MPI", "import resource, ctypes",
              "resource.setrlimit(resource.RLIMIT_CORE, (0, 0))", "ctypes.string_at(0)"})},
      shim);
  const auto verdict = run(program, deadline(shim));
  if (has(verdict.output, "Caught signal")) return caught;
  if (!has(verdict.output, "Fatal Python error: Segmentation fault"))
    return "does not say where in Python";
  return verdict.end == runner::End::killed && verdict.number == SIGSEGV ? "works"
                                                                         : describe(verdict);
}

bool has_own_mpi4py(const Build& build) { return build.name.starts_with("mpich-"); }

}  // namespace

std::vector<Case> ucx_cases() {
  // Programs are linked with MPICH's ABI.
  const auto mpich = [](const Build& build) { return !build.is("open-mpi"); };
  std::vector<Case> all{
      safepoints("libmpi is linked", {"linked"}, mpich),
      safepoints("libmpi is opened with RTLD_LOCAL", {"local"}),
      safepoints("libmpi is opened with RTLD_GLOBAL", {"global"}),
      safepoints("libmpi is opened with RTLD_DEEPBIND", {"deepbind"}),
      // Open MPI's plug-ins find no libmpi there.
      safepoints("libmpi is opened by dlmopen", {"dlmopen"}, mpich),
      safepoints("libucp is linked, no MPI", {"linked", "ucp"}),
      safepoints("libucp is opened, no MPI", {"local", "ucp"}),
      {"signals", "a program with a getenv of its own", repair, mpich},
      {"signals", "mpiexec -n 2", under_mpiexec,
       [](const Build& build) { return build.is("system") || has_own_mpi4py(build); }},
      {"signals", "python -X faulthandler, mpi4py", fault_in_python, has_own_mpi4py},
      {"signals", "its terminal is closed", close_terminal},
      // Open MPI handles it: opal_util_register_stackhandlers.
      {"signals", "a crash that nobody handles is traced", crash, mpich},
      {"signals", "the same of a rank under mpiexec", crash_under_mpiexec,
       [](const Build& build) { return build.is("system"); }},
  };
  for (auto& one : julia_cases()) all.push_back(one);
  return all;
}

}  // namespace tests
