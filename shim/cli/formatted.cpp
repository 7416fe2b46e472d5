// SPDX-License-Identifier: BSD-3-Clause
#include "cli/formatted.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace cli {

std::string format_arguments(fmt::string_view text, fmt::format_args arguments) {
  return fmt::vformat(text, arguments);
}

std::string joined(const std::vector<std::string>& words, const char* separator) {
  std::string all;
  for (const auto& word : words) all += (all.empty() ? "" : separator) + word;
  return all;
}

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

}  // namespace cli
