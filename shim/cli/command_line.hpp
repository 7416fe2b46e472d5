// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The command line, read by CLI11. No other unit includes that.
#include <vector>

#include "cli/subcommand.hpp"

namespace cli {

/// The subcommand that shows the help of another. Its act is never called: its words are read as
/// that subcommand's --help.
Subcommand help_command(const std::vector<Subcommand>& others);

/// Reads the words and calls the subcommand that they name. Prints help, the version, or what is
/// wrong with them.
/// @param words without the user's program
/// @return the exit status. Throws what the subcommand throws
int run_command_line(const std::vector<Subcommand>& subcommands, Words words);

}  // namespace cli
