// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// sidestep report: one page from the reports of many ranks.
#include "cli/subcommand.hpp"

namespace cli {

Subcommand report_command();

}  // namespace cli
