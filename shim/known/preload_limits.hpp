// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <vector>

#include "known/problem.hpp"

namespace known {

/// Problems of LD_PRELOAD itself, which sidestep is loaded by.
std::vector<Problem> preload_limits();

}  // namespace known
