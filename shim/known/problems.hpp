// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <string>
#include <vector>

#include "known/problem.hpp"

namespace known {

/// All problems: first those that a remedy fixes, in the order of remedies.def, then the limits.
const std::vector<Problem>& problems();

/// The problem of this id, or nullptr.
const Problem* find_problem(const std::string& id);

}  // namespace known
