// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// sidestep explain: which known problem a message is, and what to do; or all of one problem.
#include "cli/subcommand.hpp"

namespace cli {

Subcommand explain_command();

}  // namespace cli
