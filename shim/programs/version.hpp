// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <optional>
#include <string>

namespace programs {

/// Of a program or a library, as it names itself.
struct Version {
  int major = 0, minor = 0, patch = 0;
  auto operator<=>(const Version&) const = default;
};

/// The first x.y[.z] in a text, or nothing.
std::optional<Version> find_version(const std::string& text);

/// "x.y.z"
std::string text_of(const Version& version);

}  // namespace programs
