// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <string>
#include <vector>

#include "remedies/remedy.hpp"

namespace cli {

/// Upstream's threads, one each.
std::vector<std::string> links_of(const remedies::Remedy& remedy);

/// The remedy of this id, or nullptr.
const remedies::Remedy* find_remedy(const std::string& id);

/// The ids that are most like this one; none where nothing is alike.
std::vector<std::string> nearest_ids(const std::string& id);

/// The ids of all remedies, in the order in which they are shown.
std::vector<std::string> all_ids();

}  // namespace cli
