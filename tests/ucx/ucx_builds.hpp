// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// UCX in the versions that are in use, each under a libmpi that programs can load.
#include "support/builds.hpp"

namespace tests {

/// What the programs on such a build are given: LIBRARY for libmpi, UCP for libucp (names or
/// paths).
/// - ucx-1.10.0, ucx-1.22.0: scripts/setup's, under this system's MPICH
/// - system: this system's MPICH and UCX; open-mpi: its Open MPI over the same UCX
/// - mpich-4.3.2, mpich-5.0.2: wheels with UCX 1.18.1 and 1.20.1
/// UCX 1.20 and newer are asked for their handlers by UCX_HANDLE_ERRORS=bt, or nothing would be
/// seen. Those that this machine lacks are left out. A title names the version that the library
/// tells.
std::vector<Build> ucx_builds();

}  // namespace tests
