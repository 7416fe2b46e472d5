// SPDX-License-Identifier: BSD-3-Clause
#include "cli/list_command.hpp"

#include <memory>

#include "cli/formatted.hpp"
#include "cli/json_text.hpp"
#include "remedies/all/remedy_list.hpp"

namespace cli {
namespace {

std::string remedies_text() {
  std::string text;
  for (const auto* remedy : remedies::all::list)
    text += format("{}\n  symptom:  {}\n  affected: {}\n  remedy:   {}\n", remedy->id,
                   remedy->symptom, remedy->versions, remedy->acts);
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
    bool hooks = false, settings = false, json = false;
  };
  const auto options = std::make_shared<Options>();
  return {
      .name = "list",
      .help = "list the remedies: what goes wrong, where, and what is done",
      .footer = "Example: sidestep list --json | jq -r '.[].id'",
      .options = {{"--hooks", "list the functions that are interposed instead", &options->hooks},
                  {.names = "--settings",
                   .help = "list the settings instead",
                   .value = &options->settings,
                   .excludes = {"--hooks"}},
                  {.names = "--json",
                   .help = "as JSON",
                   .value = &options->json,
                   .excludes = {"--hooks", "--settings"}}},
      .act = [options] {
        print(options->hooks      ? hooks_text()
              : options->settings ? settings_text()
              : options->json     ? json_of_remedies()
                                  : remedies_text());
        return 0;
      }};
}

}  // namespace cli
