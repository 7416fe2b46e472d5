// SPDX-License-Identifier: BSD-3-Clause
#include "cli/sidestep.hpp"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "support/catch.hpp"

namespace cli_test {

runner::Verdict sidestep(std::vector<std::string> arguments, const Environment& environment) {
  arguments.insert(arguments.begin(), tests::command());
  runner::Program program{.argv = std::move(arguments)};
  for (const char* name :
       {"LD_PRELOAD", "LD_LIBRARY_PATH", "MALLOC_PERTURB_", "COLUMNS", "NO_COLOR", "LOADEDMODULES"})
    program.environment[name] = std::nullopt;
  for (const auto& [name, value] : environment) program.environment[name] = value;
  return runner::run(program, std::chrono::seconds(120));
}

std::string output_of(std::vector<std::string> arguments, const Environment& environment) {
  const auto verdict = sidestep(std::move(arguments), environment);
  INFO(verdict.output);
  REQUIRE(describe(verdict) == "works");
  return verdict.output;
}

std::string symptom_of(const std::string& id) {
  for (const auto& remedy : nlohmann::json::parse(output_of({"list", "--json"})))
    if (remedy["id"] == id) return remedy["symptom"];
  throw std::runtime_error("no remedy " + id);
}

std::vector<std::string> remedy_ids() {
  std::vector<std::string> ids = {
#define SIDESTEP_REMEDY(subject, name) #name,
#include "remedies/remedies.def"
#undef SIDESTEP_REMEDY
  };
  for (auto& id : ids) std::replace(id.begin(), id.end(), '_', '-');
  return ids;
}

}  // namespace cli_test
