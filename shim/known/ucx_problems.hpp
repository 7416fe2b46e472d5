// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <vector>

#include "known/problem.hpp"

namespace known {

/// Problems of UCX: signals, device memory; and of Julia's precompilation.
std::vector<Problem> ucx_problems();

}  // namespace known
