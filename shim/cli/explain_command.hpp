// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// sidestep explain: one remedy in full.
#include "cli/subcommand.hpp"

namespace cli {

Subcommand explain_command();

}  // namespace cli
