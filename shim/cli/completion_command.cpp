// sidestep completion: what a shell needs to complete the command line. It is made from that
// command line itself, and so knows each subcommand and option that there is.
#include "cli/completion_command.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <memory>

#include "cli/command.hpp"
#include "remedies/remedy.hpp"

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

}  // namespace

std::vector<Completed> completed(const CLI::App& app) {
  std::vector<Completed> all;
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (command->get_group().empty()) continue;
    Completed one{command->get_name(), brief(command->get_description())};
    for (const auto* option : command->get_options())
      for (const auto& name : option->get_lnames())
        one.options.emplace_back(name, brief(option->get_description()));
    if (one.name == "explain")
      for (const auto* remedy : remedies::all) one.words.emplace_back(remedy->id);
    if (one.name == "completion") one.words = {"bash", "zsh", "fish"};
    all.push_back(std::move(one));
  }
  return all;
}

Command add_completion(CLI::App& app) {
  auto* command =
      app.add_subcommand("completion", "print what a shell needs to complete sidestep's words");
  command->footer("Example: source <(sidestep completion bash)");
  const auto shell = std::make_shared<std::string>();
  command->add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  return {command, [shell, &app] {
            const auto all = completed(app);
            fmt::print("{}", *shell == "bash"  ? bash_completion(all)
                             : *shell == "zsh" ? zsh_completion(all)
                                               : fish_completion(all));
            return 0;
          }};
}

}  // namespace cli
