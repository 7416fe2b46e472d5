// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// sidestep probe LIBRARY: loads a library and says what it is. The doctor's child, in which a
// library that is broken harms nothing else.
#include "cli/subcommand.hpp"

namespace cli {

Subcommand probe_command();

}  // namespace cli
