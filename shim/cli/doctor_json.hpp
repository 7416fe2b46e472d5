#pragma once
// What the doctor saw, for programs.
#include <string>

#include "cli/examine.hpp"
#include "cli/machine.hpp"

namespace cli {

/// Indented, with a newline; bytes that are no UTF-8 are replaced.
std::string json_of(const Machine& machine);
std::string json_of(const Words& command, const Examination& seen);

}  // namespace cli
