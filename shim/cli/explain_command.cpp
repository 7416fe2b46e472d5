// sidestep explain: one remedy in full.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

#include "cli/command.hpp"
#include "cli/remedy_text.hpp"

namespace cli {
namespace {

int explain(const std::string& id) {
  const auto* remedy = find_remedy(id);
  if (!remedy) {
    const auto near = nearest_ids(id);
    throw std::runtime_error(
        near.empty()
            ? fmt::format("{} is no remedy: sidestep list shows them", id)
            : fmt::format("{} is no remedy: did you mean {}?", id, fmt::join(near, " or ")));
  }
  fmt::print(
      "{0}\n"
      "  symptom:   {1}\n"
      "  affected:  {2}\n"
      "  remedy:    {3}\n"
      "  leave out: SIDESTEP_SKIP={0} (SIDESTEP_DISABLE=1: all of sidestep)\n"
      "  insist:    SIDESTEP_FORCE={0} (where the version, or a UCX_ variable of yours, "
      "would leave it out)\n",
      remedy->id, remedy->symptom, remedy->versions, remedy->acts);
  for (const auto& link : links_of(*remedy)) fmt::print("  upstream:  {}\n", link);
  return 0;
}

}  // namespace

Command add_explain(CLI::App& app) {
  auto* command = app.add_subcommand(
      "explain", "say all of one remedy: what goes wrong, what is done, how to leave it out");
  command->footer("Example: sidestep explain ucx-signals");
  const auto id = std::make_shared<std::string>();
  command->add_option("REMEDY", *id, "its id, as `sidestep list` shows it")->required();
  return {command, [id] { return explain(*id); }};
}

}  // namespace cli
