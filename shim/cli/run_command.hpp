// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// sidestep run: becomes the program, so that its signals, its exit status and its process id are
// its own.
#include <cstddef>

#include "cli/subcommand.hpp"

namespace cli {

/// @param program the user's program and its arguments; read when the subcommand acts
Subcommand run_command(const Words& program);

/// Where the user's program begins in "run [OPTIONS] [--] COMMAND…": behind run's own options.
/// @return an index; words.size(): there is none
std::size_t program_of_run(const Words& words);

}  // namespace cli
