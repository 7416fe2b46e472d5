// SPDX-License-Identifier: BSD-3-Clause
#include "cli/completion_command.hpp"

#include <algorithm>
#include <memory>

#include "cli/completion_scripts.hpp"
#include "cli/formatted.hpp"

namespace cli {
namespace {

/// The first sentence, as it can stand between single quotes and in a list of zsh's: no quotes, no
/// colons.
std::string brief(std::string text) {
  text = text.substr(0, text.find('\n'));
  text = text.substr(0, text.find(": sidestep "));
  std::replace(text.begin(), text.end(), ':', ',');
  std::erase_if(text, [](char c) { return c == '\'' || c == '`' || c == '"'; });
  return text;
}

/// Every subcommand that is shown.
std::vector<CompletedSubcommand> completed(const std::vector<Subcommand>& subcommands) {
  std::vector<CompletedSubcommand> all;
  for (const auto& subcommand : subcommands) {
    if (subcommand.hidden) continue;
    CompletedSubcommand one{subcommand.name, brief(subcommand.help)};
    for (const auto& [name, help] : long_options(subcommand))
      one.options.emplace_back(name, brief(help));
    for (const auto& option : subcommand.options) {
      auto values = option.choices;
      values.insert(values.end(), option.suggestions.begin(), option.suggestions.end());
      if (option.is_argument())
        one.words = values;
      else if (!option.is_flag())
        one.values.emplace_back(option.names.substr(option.names.find("--")), values);
    }
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace

Subcommand completion_command(const std::vector<Subcommand>& others) {
  const auto shell = std::make_shared<std::string>();
  Subcommand command{.name = "completion",
                     .help = "print what a shell needs to complete sidestep's words",
                     .footer = "Example: source <(sidestep completion bash)",
                     .options = {{.names = "SHELL",
                                  .help = "bash, zsh or fish",
                                  .value = shell.get(),
                                  .required = true,
                                  .choices = {"bash", "zsh", "fish"}}},
                     .act = {}};
  auto all = others;
  all.push_back(command);
  command.act = [shell, all] {
    print(*shell == "bash"  ? bash_completion(completed(all))
          : *shell == "zsh" ? zsh_completion(completed(all))
                            : fish_completion(completed(all)));
    return 0;
  };
  return command;
}

}  // namespace cli
