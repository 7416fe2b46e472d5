// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What the doctor saw, for people.
#include <string>

#include "cli/examine.hpp"
#include "cli/machine.hpp"

namespace cli {

std::string text_of(const Machine& machine);
std::string text_of(const Words& command, const Examination& seen);

}  // namespace cli
