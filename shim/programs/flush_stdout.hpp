#pragma once
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>

namespace cli {

/// The last of a program that prints: a page that is cut off by a full disk is no success.
/// @return `status`. Throws std::runtime_error where stdout did not take all
inline int printed(int status) {
  const bool failed_before = std::ferror(stdout);
  if (std::fflush(stdout) || failed_before)
    throw std::runtime_error(std::string("stdout cannot be written: ") + std::strerror(errno));
  return status;
}

}  // namespace cli
