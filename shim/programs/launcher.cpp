// SPDX-License-Identifier: BSD-3-Clause
#include "programs/launcher.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

#include "programs/descriptor.hpp"
#include "programs/executables.hpp"
#include "programs/start.hpp"
#include "programs/untrusted.hpp"
#include "programs/words.hpp"
#include "protocol/launcher_paths.hpp"

namespace programs {
namespace {

namespace fs = std::filesystem;

/// Whether no other user could have written it; else it is not even asked for its version.
bool is_usable(const std::string& path, const std::string& library, Words& looked_at,
               bool in_path = true) {
  const auto why = why_not_run(path, library, in_path);
  if (!why.empty()) looked_at.push_back(path + " (" + why + ")");
  return why.empty();
}

bool is_script(const std::string& path) {
  // O_NONBLOCK: who put it there may have put a fifo there since.
  const Descriptor file(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  char first[2];
  return file && read(file.get(), first, 2) == 2 && first[0] == '#' && first[1] == '!';
}

/// The hydra of the prefix that the library lies in.
std::optional<fs::path> beside(const fs::path& library, const Version& mpi, Words& looked_at) {
  for (const char* relative : protocol::launcher_paths) {
    const auto path = (library.parent_path() / relative).lexically_normal();
    if (!is_executable(path) || !is_usable(path, library, looked_at, /*in_path=*/false)) continue;
    const auto folder = path.parent_path();
    // A prefix that several MPIs share, and that a library in /opt/lib seems to lie in too.
    const bool system = folder == "/bin" || folder == "/usr/bin";
    // There a plain mpiexec may be another MPI's.
    const bool shared_name = path.filename() == "mpiexec" && folder.filename() == "bin";
    if (!system && !shared_name) return path;
    const auto it = ask_version(path);
    if (it && (!system || *it == mpi)) return path;
  }
  return {};
}

/// How well a hydra of version `it` serves a libmpi of version `mpi`: 0 not at all (their protocols
/// differ), 3 best.
int fitness(const Version& it, const Version& mpi) {
  if (it == mpi) return 3;
  if (it.major == mpi.major && it.minor == mpi.minor) return 2;
  return knows_pmi_args(it) && knows_pmi_args(mpi) ? 1 : 0;
}

}  // namespace

bool knows_pmi_args(const Version& hydra) { return hydra >= Version{4, 1, 0}; }

std::optional<Version> ask_version(const std::string& path) {
  const auto said = output_of({path, "--version"}, std::chrono::seconds(5));
  if (said.find("HYDRA build details") == std::string::npos) return {};
  const auto at = said.find("Version:");
  return at == std::string::npos ? std::nullopt : find_version(said.substr(at, 80));
}

LauncherSearch find_launcher(const std::string& library, const std::string& version) {
  static const std::vector<std::string> names(std::begin(protocol::launcher_names),
                                              std::end(protocol::launcher_names));
  LauncherSearch search;
  const bool mpich = version.starts_with("MPICH ");
  // Intel's hydra counts its own versions; it knows -pmi_args.
  const Version mpi = mpich ? find_version(version).value_or(Version{}) : Version{4, 1, 0};
  const auto own = beside(library, mpi, search.looked_at);
  const auto first = first_in_path("mpiexec");
  std::error_code error;
  if (!first.empty() && is_script(first) && !(own && fs::equivalent(first, *own, error)) &&
      is_usable(first, library, search.looked_at)) {
    const auto it = ask_version(first);
    if (it && *it == mpi) {
      search.found = Launcher{first, *it, "a script around it is first in PATH"};
      return search;
    }
    search.looked_at.push_back(first +
                               (it ? " (hydra " + text_of(*it) + ")" : " (a script, no hydra)"));
  }
  if (own) {
    search.found = Launcher{*own, mpi, "it belongs to " + library};
    return search;
  }
  search.looked_at.push_back("bin/mpiexec beside " + library + " (none)");
  int best = 0;
  for (const auto& file : all_in_path(names)) {
    if (!is_usable(file, library, search.looked_at)) continue;
    const auto it = ask_version(file);
    search.looked_at.push_back(file + (it ? " (hydra " + text_of(*it) + ")" : " (no hydra)"));
    if (!it || fitness(*it, mpi) <= best) continue;
    best = fitness(*it, mpi);
    search.found = Launcher{file, *it, "the nearest to " + version + " in PATH"};
  }
  if (all_in_path(names).empty())
    search.looked_at.emplace_back("mpiexec, mpiexec.hydra, mpiexec.mpich in PATH (none)");
  return search;
}

}  // namespace programs
