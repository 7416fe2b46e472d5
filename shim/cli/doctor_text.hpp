// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What the doctor saw, for people: problems by their symptoms, what becomes of each, what to do.
#include <string>

#include "cli/examine.hpp"
#include "cli/machine.hpp"
#include "cli/presence.hpp"
#include "cli/screen.hpp"

namespace cli {

struct DoctorPage {
  Screen screen;
  Presence presence;
  bool all = false;  ///< what is no problem too, each with its reason and its files
};

std::string text_of(const Machine& machine, const DoctorPage& page);
std::string text_of(const Words& command, const Examination& seen, const DoctorPage& page);

/// The verdict in one line, and the next command ("": there is nothing to do).
struct Advice {
  std::string verdict, next;
};
Advice advice_of(const Machine& machine, const Presence& presence);
Advice advice_of(const Words& command, const Examination& seen, const Presence& presence);

}  // namespace cli
