// sidestep list: every remedy, every interposed function, or every setting.
#include <fmt/format.h>

#include <memory>

#include "cli/command.hpp"
#include "cli/remedy_text.hpp"

namespace cli {
namespace {

std::string remedies_text() {
  std::string text;
  for (const auto* remedy : remedies::all)
    text += fmt::format("{}\n  symptom:  {}\n  affected: {}\n  remedy:   {}\n", remedy->id,
                        remedy->symptom, remedy->versions, remedy->acts);
  return text;
}

std::string remedies_json() {
  auto all = nlohmann::ordered_json::array();
  for (const auto* remedy : remedies::all) all.push_back(json_of(*remedy));
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

Command add_list(CLI::App& app) {
  auto* list =
      app.add_subcommand("list", "list the remedies: what goes wrong, where, and what is done");
  list->footer("Example: sidestep list --json | jq -r '.[].id'");
  struct Options {
    bool hooks = false, settings = false, json = false;
  };
  const auto options = std::make_shared<Options>();
  auto* hooks =
      list->add_flag("--hooks", options->hooks, "list the functions that are interposed instead");
  auto* settings =
      list->add_flag("--settings", options->settings, "list the settings instead")->excludes(hooks);
  list->add_flag("--json", options->json, "as JSON")->excludes(hooks)->excludes(settings);
  return {list, [options] {
            fmt::print("{}", options->hooks      ? hooks_text()
                             : options->settings ? settings_text()
                             : options->json     ? remedies_json()
                                                 : remedies_text());
            return 0;
          }};
}

}  // namespace cli
