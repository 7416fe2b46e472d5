#include "cli/remedy_text.hpp"

#include <algorithm>
#include <numeric>
#include <sstream>

namespace cli {
namespace {

/// How many letters must be put in, left out or replaced (Levenshtein).
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

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
  std::vector<std::pair<std::size_t, std::string>> ranked;
  for (const auto* remedy : remedies::all) {
    const std::string other = remedy->id;
    // A part of an id ("sighup") is as near as a slip of the finger.
    const bool part = !id.empty() && other.find(id) != std::string::npos;
    const auto apart = part ? 1 : distance(id, other);
    if (apart <= std::max<std::size_t>(2, other.size() / 3)) ranked.emplace_back(apart, other);
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> ids;
  for (const auto& [apart, other] : ranked)
    if (apart == ranked.front().first) ids.push_back(other);
  return ids;
}

}  // namespace cli
