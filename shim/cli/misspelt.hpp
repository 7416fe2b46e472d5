#pragma once
#include "cli/command.hpp"

namespace cli {

/// The variables of the environment that are no setting of sidestep's, but nearly: a sentence for
/// each. The library passes over names that it does not know: they may be somebody else's.
Words misspelt_settings();

}  // namespace cli
