// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What the command prints as JSON, by nlohmann's library. Indented, with a newline; bytes that are
// no UTF-8 are replaced.
#include <string>

#include "cli/examine.hpp"
#include "cli/machine.hpp"
#include "cli/presence.hpp"

namespace cli {

/// What the doctor saw: all of it.
std::string json_of(const Machine& machine, const Presence& presence);
std::string json_of(const Words& command, const Examination& seen, const Presence& presence);

/// The remedies, or the limits: [{"id","symptom","versions","cause","acts","command","cost",
/// "messages":[{"text","versions","source","but"}],"words":[...],"links":[...]}]
std::string json_of_problems(bool fixable);

}  // namespace cli
