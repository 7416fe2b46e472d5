// SPDX-License-Identifier: BSD-3-Clause
#include "cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <memory>

#include "cli/complaint.hpp"
#include "cli/formatted.hpp"
#include "programs/exit_status.hpp"
#include "programs/flush_stdout.hpp"
#include "sidestep_version.hpp"

namespace cli {
namespace {

constexpr const char* help_name = "help";

constexpr const char* description =
    "sidestep fixes known run-time problems of MPI programs when they are loaded.\n"
    "SIDESTEP_DISABLE=1 switches it off, SIDESTEP_SKIP=ID,... leaves remedies out,\n"
    "SIDESTEP_VERBOSE=1 says what it does, SIDESTEP_REPORT=FILE writes that to a file.";

/// `sidestep help [SUBCOMMAND]` is another way to write --help.
void translate_help(const std::vector<Subcommand>& subcommands, Words& words) {
  if (words.empty() || words[0] != help_name || words.size() > 2) return;
  const bool known = std::any_of(subcommands.begin(), subcommands.end(),
                                 [&](const auto& one) { return words.back() == one.name; });
  if (words.size() == 1)
    words = {"--help"};
  else if (words[1].starts_with('-'))
    return;  // its own --help
  else if (known)
    words = {words[1], "--help"};
  else
    words = {words[1]};  // the complaint about it
}

/// A check whose complaint is ours, and that says nothing in the help.
CLI::Validator validator(const std::function<std::string(const std::string&)>& complaint) {
  return {[complaint](std::string& text) { return complaint(text); }, ""};
}

std::string check_seconds(const std::string& text) {
  char* end = nullptr;
  const double seconds = std::strtod(text.c_str(), &end);
  if (!text.empty() && !*end && seconds >= least_seconds && seconds <= most_seconds) return {};
  return formatted("'{}' is no number of seconds from {} to {}", text, least_seconds, most_seconds);
}

/// Adds an option as its value wants it.
struct Adder {
  CLI::App& to;
  const Option& option;

  CLI::Option* operator()(bool* value) const {
    return to.add_flag(option.names, *value, option.help)->disable_flag_override();
  }
  CLI::Option* operator()(double* value) const {
    return to.add_option(option.names, *value, option.help)
        ->check(validator(check_seconds))
        ->type_name(option.value_name())
        ->take_last()
        ->capture_default_str();
  }
  CLI::Option* operator()(std::string* value) const {
    auto* added = to.add_option(option.names, *value, option.help);
    if (option.is_argument()) return added->type_name("");
    return added->type_name(option.value_name())->take_last();
  }
  CLI::Option* operator()(Words* value) const {
    auto* added = to.add_option(option.names, *value, option.help);
    if (option.is_argument()) return added->type_name("");
    return added->type_name(option.value_name())->take_all()->allow_extra_args(false);
  }
};

/// A help with the usage that the subcommand names, and with plain labels.
class HelpText : public CLI::Formatter {
 public:
  /// @param usage "": as the parser has it
  explicit HelpText(std::string usage) : usage_(std::move(usage)) {
    label("Positionals", "Arguments");
    label("REQUIRED", "");
    label("Needs", "needs");
    label("Excludes", "not with");
  }
  std::string make_usage(const CLI::App* app, std::string name) const override {
    return usage_.empty() ? CLI::Formatter::make_usage(app, name) : "Usage: " + usage_ + "\n";
  }

 private:
  std::string usage_;
};

CLI::App* add(CLI::App& app, const Subcommand& subcommand) {
  const auto colon = subcommand.help.find(": sidestep ");
  auto* to = app.add_subcommand(subcommand.name, subcommand.help.substr(0, colon));
  to->formatter(std::make_shared<HelpText>(
      colon == std::string::npos ? "" : subcommand.help.substr(colon + 2)));
  to->set_help_flag("-h,--help", help_help);
  to->footer(subcommand.footer);
  if (subcommand.hidden) to->group("");
  for (const auto& option : subcommand.options) {
    auto* added = std::visit(Adder{*to, option}, option.value);
    if (option.required) added->required();
    if (const auto& choices = option.choices; !choices.empty())
      added->check(validator([choices](const std::string& text) {
        const bool known = std::find(choices.begin(), choices.end(), text) != choices.end();
        return known ? "" : formatted("'{}' is none of {}", text, joined(choices, ", "));
      }));
    if (!option.needs.empty()) added->needs(to->get_option(option.needs));
    for (const auto& other : option.excludes) added->excludes(to->get_option(other));
  }
  return to;
}

Misunderstanding misunderstanding_of(const CLI::App& app, const CLI::Error& error) {
  const auto chosen = app.get_subcommands();
  const bool at_subcommand = !chosen.empty() && !app.remaining_size();
  Misunderstanding it{error.get_name(), error.what(),
                      at_subcommand ? chosen.front()->get_name() : ""};
  // CLI11 itself names them last to first, and where there is no subcommand not at all.
  it.rest = (at_subcommand ? *chosen.front() : app).remaining();
  it.unknown_word =
      chosen.empty() || error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError);
  return it;
}

}  // namespace

Subcommand help_command(const std::vector<Subcommand>& others) {
  const auto name = std::make_shared<std::string>();
  Words names;
  for (const auto& other : others)
    if (!other.hidden) names.push_back(other.name);
  return {.name = help_name,
          .help = "show the help of a subcommand",
          .footer = "Example: sidestep help doctor",
          .options = {{.names = "SUBCOMMAND",
                       .help = joined(names, ", "),
                       .value = name.get(),
                       .suggestions = names}},
          .act = [name] { return 0; }};
}

int run_command_line(const std::vector<Subcommand>& subcommands, Words words) {
  CLI::App app(description, "sidestep");
  translate_help(subcommands, words);
  app.set_help_flag("-h,--help", help_help);
  app.set_version_flag("--version", std::string("sidestep ") + SIDESTEP_VERSION,
                       "show the version");
  app.require_subcommand(1);
  std::vector<CLI::App*> added;
  for (const auto& subcommand : subcommands) added.push_back(add(app, subcommand));
  app.failure_message([&](const CLI::App*, const CLI::Error& error) {
    return "sidestep: " + complaint(misunderstanding_of(app, error), subcommands) + "\n";
  });
  std::reverse(words.begin(), words.end());  // as CLI11 wants them
  try {
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? programs::flush_stdout(0) : programs::failed;
  }
  for (std::size_t i = 0; i < added.size(); ++i)
    if (*added[i]) return programs::flush_stdout(subcommands[i].act());
  return programs::failed;
}

}  // namespace cli
