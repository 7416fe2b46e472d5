// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// libexec/sidestep/sidestep-probe: a library is loaded in it, which the static commands cannot do.
#include <string>

namespace programs {

/// Its file. Throws std::runtime_error where it is missing, or another user could have written it.
std::string probe_file();

/// What its output says of NAME, among what libraries print: "" where it says nothing.
std::string probed(const std::string& output, const std::string& name);

}  // namespace programs
