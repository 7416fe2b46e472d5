// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

/// Whether a text holds another.
inline bool has(std::string_view text, std::string_view part) {
  return text.find(part) != text.npos;
}

/// How often it does.
inline std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

/// With one blank for each run of blanks and newlines: whatever width it was wrapped to.
inline std::string unwrapped(const std::string& text) {
  std::istringstream words(text);
  std::string all;
  for (std::string word; words >> word;) all += (all.empty() ? "" : " ") + word;
  return all;
}

/// Its lines, without their ends.
inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) all.push_back(line);
  return all;
}
