#include "cli/remedy_text.hpp"

#include <sstream>

#include "cli/nearest.hpp"

namespace cli {

nlohmann::ordered_json json_of(const remedies::Remedy& remedy) {
  return {{"id", remedy.id},
          {"symptom", remedy.symptom},
          {"versions", remedy.versions},
          {"acts", remedy.acts},
          {"links", links_of(remedy)}};
}

std::vector<std::string> links_of(const remedies::Remedy& remedy) {
  std::istringstream words(remedy.links);
  return {std::istream_iterator<std::string>(words), {}};
}

const remedies::Remedy* find_remedy(const std::string& id) {
  for (const auto* remedy : remedies::all)
    if (id == remedy->id) return remedy;
  return nullptr;
}

std::vector<std::string> nearest_ids(const std::string& id) {
  std::vector<std::string> ids;
  for (const auto* remedy : remedies::all) ids.emplace_back(remedy->id);
  return nearest(id, ids);
}

}  // namespace cli
