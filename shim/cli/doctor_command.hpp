// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// sidestep doctor: the problems of this machine, or of a program, and what is done about each.
#include "cli/subcommand.hpp"

namespace cli {

/// @param program the user's program and its arguments; read when the subcommand acts
Subcommand doctor_command(const Words& program);

}  // namespace cli
