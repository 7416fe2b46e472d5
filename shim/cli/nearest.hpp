// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <string>
#include <vector>

namespace cli {

/// Those of `words` that are most like `word`; none where nothing is alike.
std::vector<std::string> nearest(const std::string& word, const std::vector<std::string>& words);

}  // namespace cli
