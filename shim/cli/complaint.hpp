// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <string>
#include <vector>

#include "cli/subcommand.hpp"

namespace cli {

/// A command line that was not understood.
struct Misunderstanding {
  std::string kind;           ///< the parser's name for it: "RequiredError"
  std::string what;           ///< what the parser says
  std::string subcommand;     ///< the one that was chosen, "": none
  bool unknown_word = false;  ///< there are words that have no place
  Words rest = {};            ///< these, in their order
};

/// What is wrong with the command line, and what to write instead: one line, no newline, in our
/// words and none of the parser's.
std::string complaint(const Misunderstanding& misunderstanding,
                      const std::vector<Subcommand>& subcommands);

}  // namespace cli
