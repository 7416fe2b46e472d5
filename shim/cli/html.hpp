// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <string>
#include <string_view>

namespace cli {

/// The text as it may stand in HTML, in an attribute too. What is no UTF-8 is replaced by U+FFFD.
/// @param control what stands for a control character, which has no place there
std::string escaped(const std::string& text, std::string_view control = "");

}  // namespace cli
