// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// sidestep list: every remedy, every interposed function, or every setting.
#include "cli/subcommand.hpp"

namespace cli {

Subcommand list_command();

}  // namespace cli
