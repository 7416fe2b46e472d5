// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <string>
#include <string_view>

namespace cli {

/// The text as it may stand in HTML, in an attribute too.
/// @param control what stands for a control character, which has no place there
std::string escaped(std::string_view text, std::string_view control = "");

}  // namespace cli
