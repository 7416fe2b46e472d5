// SPDX-License-Identifier: BSD-3-Clause
#include "cli/nearest.hpp"

#include <algorithm>
#include <numeric>

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

std::vector<std::string> nearest(const std::string& word, const std::vector<std::string>& words) {
  std::vector<std::pair<std::size_t, std::string>> ranked;
  for (const auto& other : words) {
    // A part of a word ("sighup") is as near as a slip of the finger.
    const bool part = !word.empty() && other.find(word) != std::string::npos;
    const auto apart = part ? 1 : distance(word, other);
    if (apart <= std::max<std::size_t>(2, other.size() / 3)) ranked.emplace_back(apart, other);
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> found;
  for (const auto& [apart, other] : ranked)
    if (apart == ranked.front().first) found.push_back(other);
  return found;
}

}  // namespace cli
