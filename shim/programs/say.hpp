// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <unistd.h>

#include <string>

namespace programs {

/// One line on stderr, with one write(2): "sidestep: TEXT". Nothing can be done about a stderr that
/// nobody reads.
inline void say(const std::string& text) {
  const auto line = "sidestep: " + text + "\n";
  if (write(STDERR_FILENO, line.data(), line.size()) < 0) return;
}

}  // namespace programs
