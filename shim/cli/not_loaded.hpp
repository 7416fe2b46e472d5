#pragma once
#include "cli/command.hpp"

namespace cli {

/// Which programs of this command get no library in front of them, and why: a line for each that is
/// static or set-user-id. Looks at the files that its words name.
Words why_not_loaded(const Words& command);

}  // namespace cli
