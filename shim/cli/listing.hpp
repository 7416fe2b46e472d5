#pragma once
#include <string>

namespace cli {

/// Every remedy: its id, what goes wrong, the versions, what is done.
std::string list_remedies();

/// Every interposed function, one a line: "DOMAIN NAME".
std::string list_hooks();

/// Every setting: its name, and what it does.
std::string list_settings();

}  // namespace cli
