// SPDX-License-Identifier: BSD-3-Clause
#include "cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/complaint.hpp"
#include "programs/exit_status.hpp"
#include "programs/flush_stdout.hpp"
#include "sidestep_version.hpp"

namespace cli {
namespace {

constexpr const char* description =
    "sidestep fixes known run-time problems of MPI programs when they are loaded.\n"
    "SIDESTEP_DISABLE=1 switches it off, SIDESTEP_SKIP=ID,... leaves remedies out,\n"
    "SIDESTEP_VERBOSE=1 says what is done, SIDESTEP_REPORT=FILE writes it there.";

bool is_argument(const Option& option) { return !option.names.starts_with('-'); }

/// Adds an option as its value wants it.
struct Adder {
  CLI::App& to;
  const Option& option;

  CLI::Option* operator()(bool* value) const {
    return to.add_flag(option.names, *value, option.help);
  }
  CLI::Option* operator()(double* value) const {
    return to.add_option(option.names, *value, option.help)
        ->check(CLI::Range(0.1, 86400.0))
        ->capture_default_str();
  }
  CLI::Option* operator()(std::string* value) const {
    return to.add_option(option.names, *value, option.help);
  }
  CLI::Option* operator()(Words* value) const {
    auto* added = to.add_option(option.names, *value, option.help);
    if (!is_argument(option)) added->take_all()->allow_extra_args(false);
    return added;
  }
};

CLI::App* add(CLI::App& app, const Subcommand& subcommand) {
  auto* to = app.add_subcommand(subcommand.name, subcommand.help);
  to->set_help_flag("-h,--help", help_help);
  to->footer(subcommand.footer);
  if (subcommand.hidden) to->group("");
  for (const auto& option : subcommand.options) {
    auto* added = std::visit(Adder{*to, option}, option.value);
    if (option.required) added->required();
    if (!option.choices.empty()) added->check(CLI::IsMember(option.choices));
    if (!option.needs.empty()) added->needs(to->get_option(option.needs));
    for (const auto& other : option.excludes) added->excludes(to->get_option(other));
  }
  return to;
}

Misunderstanding misunderstanding_of(const CLI::App& app, const CLI::Error& error) {
  const auto chosen = app.get_subcommands();
  const bool at_subcommand = !chosen.empty() && !app.remaining_size();
  Misunderstanding it{error.what(), at_subcommand ? chosen.front()->get_name() : "", false, {}};
  // CLI11 itself names them last to first, and where there is no subcommand not at all.
  it.rest = (at_subcommand ? *chosen.front() : app).remaining();
  it.unknown_word =
      chosen.empty() || error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError);
  return it;
}

}  // namespace

int run_command_line(const std::vector<Subcommand>& subcommands, Words words) {
  CLI::App app(description, "sidestep");
  app.set_version_flag("--version", std::string("sidestep ") + SIDESTEP_VERSION);
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
