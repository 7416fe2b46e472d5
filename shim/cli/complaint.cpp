// SPDX-License-Identifier: BSD-3-Clause
#include "cli/complaint.hpp"

#include <algorithm>

#include "cli/formatted.hpp"
#include "cli/nearest.hpp"

namespace cli {
namespace {

/// "sidestep", or "sidestep doctor".
std::string line_of(const Subcommand* at) {
  return at ? "sidestep " + at->name : std::string("sidestep");
}

/// The options and the subcommands that its help shows.
Words words_of(const Subcommand* at, const std::vector<Subcommand>& subcommands) {
  Words words;
  if (at) {
    for (const auto& [name, help] : long_options(*at)) words.push_back("--" + name);
    return words;
  }
  words = {"--help", "--version"};
  for (const auto& subcommand : subcommands)
    if (!subcommand.hidden) words.push_back(subcommand.name);
  return words;
}

/// @param rest the words that `at` has no place for, in their order
std::string of_unknown(const Subcommand* at, const Words& rest,
                       const std::vector<Subcommand>& subcommands) {
  const auto& word = rest.front();
  const bool option = word.starts_with('-');
  if (!option && at && at->takes_program)
    return format("a program stands after --: {} -- {}", line_of(at), joined(rest, " "));
  const auto near = nearest(word, words_of(at, subcommands));
  return format("{} is no {} of {}: {}", word,
                option ? "option"
                : at   ? "argument"
                       : "subcommand",
                line_of(at),
                near.empty() ? line_of(at) + " --help shows them"
                             : format("did you mean {}?", joined(near, " or ")));
}

}  // namespace

std::string complaint(const Misunderstanding& misunderstanding,
                      const std::vector<Subcommand>& subcommands) {
  const auto found = std::find_if(subcommands.begin(), subcommands.end(), [&](const auto& one) {
    return one.name == misunderstanding.subcommand;
  });
  const Subcommand* at = found == subcommands.end() ? nullptr : &*found;
  if (misunderstanding.unknown_word && !misunderstanding.rest.empty())
    return of_unknown(at, misunderstanding.rest, subcommands);
  return format("{}: {} --help shows how", misunderstanding.what, line_of(at));
}

}  // namespace cli
