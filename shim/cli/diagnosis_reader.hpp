// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <istream>
#include <vector>

#include "cli/examined_process.hpp"

namespace cli {

/// Reads what the library wrote in the processes that were examined (remedies/all/diagnosis.hpp).
/// Other lines are skipped: the program can write there too.
std::vector<ExaminedProcess> read_diagnosis(std::istream& lines);

}  // namespace cli
