// SPDX-License-Identifier: BSD-3-Clause
#include "programs/version.hpp"

#include "base/text.hpp"

namespace programs {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<Version> find_version(const std::string& text) {
  for (const char* at = text.c_str(); *at;) {
    if (!is_digit(*at)) {
      ++at;
      continue;
    }
    Version it;
    it.major = base::read_number(at);
    if (*at == '.' && is_digit(at[1])) {
      it.minor = base::read_number(++at);
      if (*at == '.') it.patch = base::read_number(++at);
      return it;
    }
    while (is_digit(*at)) ++at;
  }
  return {};
}

std::string text_of(const Version& version) {
  return std::to_string(version.major) + "." + std::to_string(version.minor) + "." +
         std::to_string(version.patch);
}

}  // namespace programs
