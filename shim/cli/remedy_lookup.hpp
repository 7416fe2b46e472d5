// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <string>
#include <vector>

#include "known/problem.hpp"

namespace cli {

/// What is known of the remedy of this id, or nullptr.
const known::Problem* find_remedy(const std::string& id);

/// The ids that are most like this one, of remedies and limits; none where nothing is alike.
std::vector<std::string> nearest_ids(const std::string& id);

/// The ids of all remedies and limits, in the order in which they are shown.
std::vector<std::string> all_ids();

}  // namespace cli
