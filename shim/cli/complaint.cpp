// SPDX-License-Identifier: BSD-3-Clause
#include "cli/complaint.hpp"

#include <algorithm>
#include <sstream>

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
    return formatted("a program stands after --: {} -- {}", line_of(at), joined(rest, " "));
  const auto near = nearest(word, words_of(at, subcommands));
  return formatted("{} is no {} of {}: {}", word,
                   option ? "option"
                   : at   ? "argument"
                          : "subcommand",
                   line_of(at),
                   near.empty() ? line_of(at) + " --help shows them"
                                : formatted("did you mean {}?", joined(near, " or ")));
}

/// The option or argument that the parser's text begins with, or nullptr.
const Option* option_in(const Subcommand* at, const std::string& text) {
  const auto begins_with = [&](const std::string& name) {
    return text.starts_with(name) &&
           (text.size() == name.size() || text.find_first_of(": ", name.size()) == name.size());
  };
  if (!at) return nullptr;
  for (const auto& option : at->options) {
    std::istringstream names(option.names);
    for (std::string name; std::getline(names, name, ',');)
      // Of a flag that has a value the parser leaves out the dashes.
      if (begins_with(name) || (option.is_flag() && begins_with(name.substr(2)))) return &option;
  }
  return nullptr;
}

/// The long name, where there is one.
std::string name_of(const Option& option) {
  const auto comma = option.names.rfind(',');
  return comma == option.names.npos ? option.names : option.names.substr(comma + 1);
}

std::string in_our_words(const Misunderstanding& it, const Subcommand* at) {
  const auto* option = option_in(at, it.what);
  if (!at) return "no subcommand is given";
  if (!option) return it.what;
  const auto name = name_of(*option);
  if (it.kind == "RequiredError") return formatted("{} needs {}", line_of(at), name);
  if (it.kind == "RequiresError") return formatted("{} needs {}", name, option->needs);
  if (it.kind == "ExcludesError")
    return formatted("{} and {} exclude each other", name, it.what.substr(it.what.rfind(' ') + 1));
  if (it.kind == "ValidationError") return it.what;  // its text is ours already
  if (option->is_flag()) return formatted("{} takes no value", name);
  return formatted("{0} needs a value ({0} {1})", name, option->value_name());
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
  return formatted("{}: {} --help shows how", in_our_words(misunderstanding, at), line_of(at));
}

}  // namespace cli
