// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Text by fmt. One unit, formatted.cpp, has fmt's implementation; all others have its core alone.
#include <fmt/core.h>

#include <string>
#include <vector>

namespace cli {

/// fmt::format, with the implementation compiled once. Of another name, for std::format is found
/// too where an argument is of std (C++20).
std::string format_arguments(fmt::string_view text, fmt::format_args arguments);
template <class... Arguments>
std::string formatted(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
  return format_arguments(text, fmt::make_format_args(arguments...));
}

/// "a or b", with " or " as separator.
std::string joined(const std::vector<std::string>& words, const char* separator);

/// Writes the text to stdout as it is; main() sees whether all was written.
void print(const std::string& text);

}  // namespace cli
