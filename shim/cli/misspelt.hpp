// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "programs/words.hpp"

namespace cli {

/// The variables of the environment that are no setting of sidestep's, but nearly: a sentence for
/// each. The library passes over names that it does not know: they may be another program's.
programs::Words misspelt_settings();

}  // namespace cli
