// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// sidestep manual: the manual page, made of its template and of the remedies. For the build.
#include "cli/subcommand.hpp"

namespace cli {

Subcommand manual_command();

}  // namespace cli
