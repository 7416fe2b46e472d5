// SPDX-License-Identifier: BSD-3-Clause
#include "cli/remedy_lookup.hpp"

#include <iterator>
#include <sstream>

#include "cli/nearest.hpp"
#include "remedies/all/remedy_list.hpp"

namespace cli {

std::vector<std::string> links_of(const remedies::Remedy& remedy) {
  std::istringstream words(remedy.links);
  return {std::istream_iterator<std::string>(words), {}};
}

const remedies::Remedy* find_remedy(const std::string& id) {
  for (const auto* remedy : remedies::all::list)
    if (id == remedy->id) return remedy;
  return nullptr;
}

std::vector<std::string> all_ids() {
  std::vector<std::string> ids;
  for (const auto* remedy : remedies::all::list) ids.emplace_back(remedy->id);
  return ids;
}

std::vector<std::string> nearest_ids(const std::string& id) { return nearest(id, all_ids()); }

}  // namespace cli
