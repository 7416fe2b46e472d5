// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <istream>
#include <string>
#include <vector>

#include "cli/examined_process.hpp"

namespace cli {

struct Diagnosis {
  std::vector<ExaminedProcess> processes;
  std::vector<std::string> unread;  ///< what is wrong with lines that are none of the library's
};

/// Reads what the library wrote in the processes that were examined (remedies/all/diagnosis.hpp).
Diagnosis read_diagnosis(std::istream& lines);

}  // namespace cli
