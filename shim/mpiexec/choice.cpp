// SPDX-License-Identifier: BSD-3-Clause
#include "mpiexec/choice.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <optional>

#include "mpiexec/program_library.hpp"
#include "mpiexec/refused.hpp"
#include "programs/executables.hpp"
#include "programs/launcher.hpp"
#include "programs/start.hpp"
#include "programs/untrusted.hpp"

namespace mpiexec {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// The kind of a launcher, by what its --version prints.
std::optional<Kind> kind_of(const std::string& path) {
  const auto said = programs::output_of({path, "--version"}, 10s);
  const auto says = [&](const char* text) { return said.find(text) != said.npos; };
  if (says("HYDRA build details") || says("Intel(R) MPI")) return Kind::hydra;
  if (says("OpenRTE") || says("Open MPI") || says("PRRTE")) return Kind::open_mpi;
  if (said.starts_with("slurm")) return Kind::slurm;  // Debian's: "slurm-wlm 22.05.8"
  return {};
}

Choice known(const std::string& path, const std::string& why) {
  const auto kind = kind_of(path);
  if (!kind)
    throw Refused(programs::failed,
                  path +
                      " is no mpiexec that sidestep knows: its --version names neither MPICH's "
                      "hydra, Open MPI nor Slurm. Set SIDESTEP_MPIEXEC to another one");
  return {*kind, path, why};
}

/// Open MPI's mpiexec of the prefix that its libmpi lies in; Debian's is the deepest.
std::optional<Choice> open_mpi(const Library& library) {
  const auto folder = fs::path(library.path).parent_path();
  for (const char* relative : {"../bin/mpiexec", "../bin/mpirun", "../../bin/mpiexec.openmpi",
                               "../../../../bin/mpiexec.openmpi"}) {
    const auto path = (folder / relative).lexically_normal().string();
    if (!access(path.c_str(), X_OK) && programs::may_run(path, library.path) &&
        kind_of(path) == Kind::open_mpi)
      return Choice{Kind::open_mpi, path, "it belongs to " + library.path + ": " + library.why};
  }
  for (const char* name : {"mpiexec", "mpirun", "mpiexec.openmpi"})
    if (const auto path = programs::first_to_run(name, library.path);
        !path.empty() && kind_of(path) == Kind::open_mpi)
      return Choice{Kind::open_mpi, path, "Open MPI's in PATH: " + library.why};
  return {};
}

std::optional<Choice> belonging_to(const Library& library) {
  if (library.version.starts_with("Open MPI")) return open_mpi(library);
  constexpr const char* mpich = "MPICH Version:";
  const bool is_mpich = library.version.starts_with(mpich);
  if (!is_mpich && !library.version.starts_with("Intel(R) MPI")) return {};
  auto version = library.version;
  if (is_mpich)
    version =
        "MPICH " + version.substr(version.find_first_not_of(" \t", std::string(mpich).size()));
  const auto search = programs::find_launcher(library.path, version);
  if (!search.found) return {};
  return Choice{Kind::hydra, search.found->path, search.found->why + ": " + library.why};
}

}  // namespace

Choice choose(const Words& arguments) {
  if (const char* named = std::getenv("SIDESTEP_MPIEXEC"); named && *named) {
    const auto path = programs::file_of(named);
    if (path.empty() || access(path.c_str(), F_OK))
      throw Refused(programs::not_found,
                    std::string("SIDESTEP_MPIEXEC=") + named + ": there is no such file");
    if (access(path.c_str(), X_OK))
      throw Refused(programs::cannot_run,
                    std::string("SIDESTEP_MPIEXEC=") + named + " cannot be run");
    return known(path, "SIDESTEP_MPIEXEC names it");
  }
  const auto all = programs_in(arguments);
  const auto program = all.empty() ? "" : file_to_ask(all[0][0]);
  std::string why = all.empty() ? "no program is named"
                                : all[0][0] + " does not show its MPI library before it runs";
  if (!program.empty()) {
    Words command = all[0];
    command[0] = program;
    if (const auto library = library_of(command)) {
      if (auto own = belonging_to(*library)) return *own;
      why = library->path + " (" + library->version + ") has no mpiexec of its own here";
    }
  }
  for (const char* name : {"mpiexec", "mpirun", "srun"})
    if (const auto path = programs::first_to_run(name, program); !path.empty())
      return known(path, "the first in PATH: " + why);
  throw Refused(programs::not_found, "no mpiexec, mpirun or srun is in PATH, and " + why +
                                         ". Set SIDESTEP_MPIEXEC to one");
}

}  // namespace mpiexec
