// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <vector>

#include "known/problem.hpp"

namespace known {

/// Problems of MPI_Comm_spawn, and of a rank's environment without a rank.
std::vector<Problem> spawn_problems();

}  // namespace known
