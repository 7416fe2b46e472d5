// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// sidestep completion: what a shell needs to complete the command line. It is made from the
// subcommands themselves, and so knows each option that there is.
#include "cli/subcommand.hpp"

namespace cli {

/// @param others the subcommands beside this one
Subcommand completion_command(const std::vector<Subcommand>& others);

}  // namespace cli
