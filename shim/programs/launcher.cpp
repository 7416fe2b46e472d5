#include "programs/launcher.hpp"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/text.hpp"
#include "programs/start.hpp"
#include "programs/executables.hpp"
#include "protocol/launcher_paths.hpp"

namespace relay {
namespace {

namespace fs = std::filesystem;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool runs(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) && !access(path.c_str(), X_OK);
}

bool is_script(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return file.get() == '#' && file.get() == '!';
}

std::string text(const Version& version) {
  return std::to_string(version.major) + "." + std::to_string(version.minor) + "." +
         std::to_string(version.patch);
}

/// The hydra of the prefix that the library lies in.
std::optional<fs::path> beside(const fs::path& library, const Version& mpi) {
  for (const char* relative : remedies::spawn::launcher_paths) {
    const auto path = (library.parent_path() / relative).lexically_normal();
    if (!runs(path)) continue;
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
  return it.knows_pmi_args() && mpi.knows_pmi_args() ? 1 : 0;
}

std::vector<fs::path> all_in_path(const std::vector<std::string>& names) {
  std::vector<fs::path> found;
  const char* path = std::getenv("PATH");
  if (!path) return found;
  for (const fs::path folder : folders_of(path))
    for (const auto& name : names)
      if (const auto file = folder / name; runs(file)) found.push_back(file);
  return found;
}

}  // namespace

std::optional<Version> find_version(const std::string& text) {
  for (const char* at = text.c_str(); *at;) {
    if (!is_digit(*at)) {
      ++at;
      continue;
    }
    Version it;
    it.major = read_number(at);
    if (*at == '.' && is_digit(at[1])) {
      it.minor = read_number(++at);
      if (*at == '.') it.patch = read_number(++at);
      return it;
    }
    while (is_digit(*at)) ++at;
  }
  return {};
}

std::optional<Version> ask_version(const std::string& path) {
  const auto said = output_of({path, "--version"}, std::chrono::seconds(5));
  if (said.find("HYDRA build details") == std::string::npos) return {};
  const auto at = said.find("Version:");
  return at == std::string::npos ? std::nullopt : find_version(said.substr(at, 80));
}

std::string first_in_path(const std::string& name) {
  const auto found = all_in_path({name});
  return found.empty() ? std::string() : found[0].string();
}

std::string file_of(const std::string& program) {
  return program.find('/') != program.npos ? program : first_in_path(program);
}

Search find_launcher(const std::string& library, const std::string& version) {
  static const std::vector<std::string> names(std::begin(remedies::spawn::launcher_names),
                                              std::end(remedies::spawn::launcher_names));
  Search search;
  const bool mpich = version.starts_with("MPICH ");
  // Intel's hydra counts its own versions; it knows -pmi_args.
  const Version mpi = mpich ? find_version(version).value_or(Version{}) : Version{4, 1, 0};
  const auto own = beside(library, mpi);
  const auto first = first_in_path("mpiexec");
  std::error_code error;
  if (!first.empty() && is_script(first) && !(own && fs::equivalent(first, *own, error))) {
    const auto it = ask_version(first);
    if (it && *it == mpi) {
      search.found = Launcher{first, *it, "a script around it is first in PATH"};
      return search;
    }
    search.looked_at.push_back(first +
                               (it ? " (hydra " + text(*it) + ")" : " (a script, no hydra)"));
  }
  if (own) {
    search.found = Launcher{*own, mpi, "it belongs to " + library};
    return search;
  }
  search.looked_at.push_back("bin/mpiexec beside " + library + " (none)");
  int best = 0;
  for (const auto& file : all_in_path(names)) {
    const auto it = ask_version(file);
    search.looked_at.push_back(file.string() + (it ? " (hydra " + text(*it) + ")" : " (no hydra)"));
    if (!it || fitness(*it, mpi) <= best) continue;
    best = fitness(*it, mpi);
    search.found = Launcher{file, *it, "the nearest to " + version + " in PATH"};
  }
  if (all_in_path(names).empty())
    search.looked_at.emplace_back("mpiexec, mpiexec.hydra, mpiexec.mpich in PATH (none)");
  return search;
}

}  // namespace relay
