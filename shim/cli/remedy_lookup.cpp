// SPDX-License-Identifier: BSD-3-Clause
#include "cli/remedy_lookup.hpp"

#include "cli/nearest.hpp"
#include "known/problems.hpp"

namespace cli {

const known::Problem* find_remedy(const std::string& id) {
  const auto* problem = known::find_problem(id);
  return problem && problem->fixable ? problem : nullptr;
}

std::vector<std::string> all_ids() {
  std::vector<std::string> ids;
  for (const auto& problem : known::problems()) ids.push_back(problem.id);
  return ids;
}

std::vector<std::string> nearest_ids(const std::string& id) { return nearest(id, all_ids()); }

}  // namespace cli
