// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <cstddef>
#include <string_view>

namespace known {

/// How much of a line's beginning is not the program's: a rank ("[1,0]<stderr>:", "[3] ", "0: "), a
/// host ("n17: "), a time, a quotation ("> ", "| "), one behind the other.
/// @param head the line, or as much of it as is at hand
std::size_t prefix_length(std::string_view head);

}  // namespace known
