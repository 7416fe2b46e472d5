#pragma once
// sidestep explain: one remedy in full.
#include "cli/subcommand.hpp"

namespace cli {

Subcommand explain_command();

}  // namespace cli
