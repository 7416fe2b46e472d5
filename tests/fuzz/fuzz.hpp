// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What one target is: a reader of ours, fed with bytes that nobody promised anything about.
// libFuzzer makes them up (scripts/fuzz), the ordinary tests replay those of corpus/.
#include <cstdlib>
#include <string>

namespace fuzz {

/// The target. It may be called any number of times in one process.
void feed(const std::string& input);

/// Whether what must hold does: a target ends where it does not.
inline void require(bool holds) {
  if (!holds) std::abort();
}

/// Cuts the first line off.
inline std::string take_line(std::string& from) {
  const auto end = from.find('\n');
  auto line = from.substr(0, end);
  from.erase(0, end == std::string::npos ? end : end + 1);
  return line;
}

}  // namespace fuzz
