// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <string>

namespace cli {

/// "MPICH 4.2.3" out of what `mpiexec --version` prints; "": it is no MPI's that is known.
std::string name_launcher(const std::string& output);

/// Whether the ranks that this mpiexec starts know each other with this libmpi: the same family and
/// the same version.
/// @param mpiexec, libmpi as each names its version
bool belong_together(const std::string& mpiexec, const std::string& libmpi);

}  // namespace cli
