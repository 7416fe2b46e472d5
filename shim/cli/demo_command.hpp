// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "cli/subcommand.hpp"

namespace cli {

/// Programs with known problems on the MPI of this machine, without sidestep and with it.
Subcommand demo_command();

}  // namespace cli
