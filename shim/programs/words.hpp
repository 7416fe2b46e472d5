// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <string>
#include <vector>

namespace programs {

/// A command line, or a part of one.
using Words = std::vector<std::string>;

}  // namespace programs
