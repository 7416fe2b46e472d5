// SPDX-License-Identifier: BSD-3-Clause
#include "cli/list_command.hpp"

#include <memory>

#include "cli/formatted.hpp"
#include "cli/json_text.hpp"
#include "cli/problem_text.hpp"
#include "known/problems.hpp"

namespace cli {
namespace {

std::string problems_text(bool fixable) {
  std::string text;
  for (const auto& problem : known::problems())
    if (problem.fixable == fixable) text += (text.empty() ? "" : "\n") + summary_of(problem);
  return text;
}

std::string hooks_text() {
  std::string text;
#define SIDESTEP_HOOK(domain, name) text += #domain " " #name "\n";
#include "abi/hooks.def"
#undef SIDESTEP_HOOK
  return text;
}

std::string settings_text() {
  std::string text;
#define SIDESTEP_SETTING(name, taken, does) text += #name "\n  " does "\n";
#include "process/settings.def"
#undef SIDESTEP_SETTING
  return text;
}

}  // namespace

Subcommand list_command() {
  struct Options {
    bool limits = false, hooks = false, settings = false, json = false;
  };
  const auto options = std::make_shared<Options>();
  return {.name = "list",
          .help = "list the problems that sidestep fixes: what goes wrong, where, and what is done",
          .footer = "Example: sidestep list --json | jq -r '.[].id'",
          .options = {{"--limits", "list the problems that are known and not fixed instead",
                       &options->limits},
                      {.names = "--hooks",
                       .help = "list the functions that are interposed instead",
                       .value = &options->hooks,
                       .excludes = {"--limits"}},
                      {.names = "--settings",
                       .help = "list the settings instead",
                       .value = &options->settings,
                       .excludes = {"--hooks", "--limits"}},
                      {.names = "--json",
                       .help = "as JSON",
                       .value = &options->json,
                       .excludes = {"--hooks", "--settings"}}},
          .act = [options] {
            print(options->hooks      ? hooks_text()
                  : options->settings ? settings_text()
                  : options->json     ? json_of_problems(!options->limits)
                                      : problems_text(!options->limits));
            return 0;
          }};
}

}  // namespace cli
