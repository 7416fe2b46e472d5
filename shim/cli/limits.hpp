// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <vector>

#include "cli/fact.hpp"

namespace cli {

/// Limits of this machine, or of the container that this is.
/// @param with_ucx whether there is a UCX, for which some of them are a problem
std::vector<Fact> look_at_limits(bool with_ucx);

}  // namespace cli
