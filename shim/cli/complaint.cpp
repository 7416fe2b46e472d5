#include "cli/complaint.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/nearest.hpp"

namespace cli {
namespace {

/// "sidestep", or "sidestep doctor".
std::string line_of(const CLI::App& at) {
  return at.get_parent() ? line_of(*at.get_parent()) + " " + at.get_name() : at.get_name();
}

/// The options and the subcommands that its help shows.
Words words_of(const CLI::App& at) {
  Words words;
  for (const auto* option : at.get_options())
    for (const auto& name : option->get_lnames()) words.push_back("--" + name);
  for (const auto* subcommand : at.get_subcommands([](const CLI::App*) { return true; }))
    if (!subcommand->get_group().empty()) words.push_back(subcommand->get_name());
  return words;
}

/// @param rest the words that `at` has no place for, in their order
std::string of_unknown(const CLI::App& at, const Words& rest, bool takes_program) {
  const auto& word = rest.front();
  const bool option = word.starts_with('-');
  if (!option && takes_program)
    return fmt::format("a program stands after --: {} -- {}", line_of(at), fmt::join(rest, " "));
  const auto near = nearest(word, words_of(at));
  return fmt::format("{} is no {} of {}: {}", word,
                     option            ? "option"
                     : at.get_parent() ? "argument"
                                       : "subcommand",
                     line_of(at),
                     near.empty() ? line_of(at) + " --help shows them"
                                  : fmt::format("did you mean {}?", fmt::join(near, " or ")));
}

}  // namespace

std::string complaint(const CLI::App& app, const CLI::Error& error,
                      std::span<const Command> commands) {
  const auto chosen = app.get_subcommands();
  const CLI::App& at = chosen.empty() || app.remaining_size() ? app : *chosen.front();
  // CLI11 itself names them last to first, and where there is no subcommand not at all.
  const auto rest = at.remaining();
  const bool unknown =
      chosen.empty() || error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError);
  if (unknown && !rest.empty())
    return of_unknown(at, rest, std::any_of(commands.begin(), commands.end(), [&](const auto& one) {
                        return one.app == &at && one.takes_program;
                      }));
  return fmt::format("{}: {} --help shows how", error.what(), line_of(at));
}

}  // namespace cli
