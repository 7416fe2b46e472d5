// SPDX-License-Identifier: BSD-3-Clause
#include "cli/explain_command.hpp"

#include <memory>

#include "cli/formatted.hpp"
#include "cli/remedy_lookup.hpp"

namespace cli {
namespace {

int explain(const std::string& id) {
  const auto* remedy = find_remedy(id);
  if (!remedy) {
    const auto near = nearest_ids(id);
    throw std::runtime_error(
        near.empty() ? format("{} is no remedy: sidestep list shows them", id)
                     : format("{} is no remedy: did you mean {}?", id, joined(near, " or ")));
  }
  print(
      format("{0}\n"
             "  symptom:   {1}\n"
             "  affected:  {2}\n"
             "  remedy:    {3}\n"
             "  leave out: SIDESTEP_SKIP={0} (SIDESTEP_DISABLE=1: all of sidestep)\n"
             "  insist:    SIDESTEP_FORCE={0} (where the version, or a UCX_ variable of yours, "
             "would leave it out)\n",
             remedy->id, remedy->symptom, remedy->versions, remedy->acts));
  for (const auto& link : links_of(*remedy)) print(format("  upstream:  {}\n", link));
  return 0;
}

}  // namespace

Subcommand explain_command() {
  const auto id = std::make_shared<std::string>();
  return {.name = "explain",
          .help = "say all of one remedy: what goes wrong, what is done, how to leave it out",
          .footer = "Example: sidestep explain ucx-signals",
          .options = {{.names = "REMEDY",
                       .help = "its id, as `sidestep list` shows it",
                       .value = id.get(),
                       .required = true,
                       .suggestions = all_ids()}},
          .act = [id] { return explain(*id); }};
}

}  // namespace cli
