// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "programs/words.hpp"

namespace cli {

/// Which programs of this command get no library in front of them, and why: a line for each that is
/// static or set-user-id. Looks at the files that its words name.
programs::Words why_not_loaded(const programs::Words& command);

}  // namespace cli
