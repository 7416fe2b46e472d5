// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <vector>

#include "known/problem.hpp"

namespace known {

/// Problems of MPI and UCX that sidestep knows and cannot fix.
std::vector<Problem> mpi_limits();

}  // namespace known
