// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// sidestep run: becomes the program, so that its signals, its exit status and its process id are
// its own.
#include "cli/subcommand.hpp"

namespace cli {

/// @param program the user's program and its arguments; read when the subcommand acts
Subcommand run_command(const Words& program);

}  // namespace cli
