#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "remedies/remedy.hpp"

namespace cli {

/// {"id","symptom","versions","acts","links":[...]}
nlohmann::ordered_json json_of(const remedies::Remedy& remedy);

/// Upstream's threads, one each.
std::vector<std::string> links_of(const remedies::Remedy& remedy);

/// The remedy of this id, or nullptr.
const remedies::Remedy* find_remedy(const std::string& id);

/// The ids that are most like this one; none where nothing is alike.
std::vector<std::string> nearest_ids(const std::string& id);

}  // namespace cli
