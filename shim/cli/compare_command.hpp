// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// sidestep compare: the same program without sidestep and with it, side by side.
#include "cli/subcommand.hpp"

namespace cli {

/// @param program the user's program and its arguments; read when the subcommand acts
Subcommand compare_command(const Words& program);

}  // namespace cli
