#include "cli/listing.hpp"

#include <fmt/format.h>

#include "remedies/remedy.hpp"

namespace cli {

std::string list_remedies() {
  std::string text;
  for (const auto* remedy : remedies::all)
    text += fmt::format("{}\n  symptom:  {}\n  affected: {}\n  remedy:   {}\n", remedy->id,
                        remedy->symptom, remedy->versions, remedy->acts);
  return text;
}

std::string list_hooks() {
  std::string text;
#define SIDESTEP_HOOK(domain, name) text += #domain " " #name "\n";
#include "hooks/hooks.def"
#undef SIDESTEP_HOOK
  return text;
}

std::string list_settings() {
  std::string text;
#define SIDESTEP_SETTING(name, taken, does) text += #name "\n  " does "\n";
#include "process/settings.def"
#undef SIDESTEP_SETTING
  return text;
}

}  // namespace cli
