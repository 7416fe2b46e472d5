#include "cli/list_command.hpp"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "cli/remedy_lookup.hpp"
#include "remedies/all/remedy_list.hpp"

namespace cli {
namespace {

std::string remedies_text() {
  std::string text;
  for (const auto* remedy : remedies::all::list)
    text += fmt::format("{}\n  symptom:  {}\n  affected: {}\n  remedy:   {}\n", remedy->id,
                        remedy->symptom, remedy->versions, remedy->acts);
  return text;
}

nlohmann::ordered_json json_of(const remedies::Remedy& remedy) {
  return {{"id", remedy.id},
          {"symptom", remedy.symptom},
          {"versions", remedy.versions},
          {"acts", remedy.acts},
          {"links", links_of(remedy)}};
}

std::string remedies_json() {
  auto all = nlohmann::ordered_json::array();
  for (const auto* remedy : remedies::all::list) all.push_back(json_of(*remedy));
  return all.dump(2) + "\n";
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
        fmt::print("{}", options->hooks      ? hooks_text()
                         : options->settings ? settings_text()
                         : options->json     ? remedies_json()
                                             : remedies_text());
        return 0;
      }};
}

}  // namespace cli
