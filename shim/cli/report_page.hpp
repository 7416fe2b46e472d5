// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <string>

#include "cli/report_reader.hpp"

namespace cli {

/// One HTML page, which needs nothing but itself.
std::string html_of(const Reports& reports);

}  // namespace cli
