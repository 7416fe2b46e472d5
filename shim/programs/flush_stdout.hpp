// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>

namespace programs {

/// The last thing that a program does which prints: output that a full disk cut off is no success.
/// Throws std::runtime_error where stdout did not take all.
/// @return `status`
inline int flush_stdout(int status) {
  const bool failed_before = std::ferror(stdout);
  if (std::fflush(stdout) || failed_before)
    throw std::runtime_error(std::string("stdout cannot be written: ") + std::strerror(errno));
  return status;
}

}  // namespace programs
