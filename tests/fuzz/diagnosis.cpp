// SPDX-License-Identifier: BSD-3-Clause
// What the library writes for `sidestep doctor`.
#include <sstream>

#include "cli/diagnosis_reader.hpp"
#include "fuzz/fuzz.hpp"

void fuzz::feed(const std::string& input) {
  std::istringstream lines(input);
  for (const auto& process : cli::read_diagnosis(lines).processes)
    fuzz::require(process.is_like(process));
}
