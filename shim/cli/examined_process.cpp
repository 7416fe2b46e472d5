// SPDX-License-Identifier: BSD-3-Clause
#include "cli/examined_process.hpp"

#include <algorithm>

namespace cli {

bool ExaminedProcess::has_problems() const {
  return !foreign.empty() || !spawn_fails.empty() ||
         std::any_of(issues.begin(), issues.end(),
                     [](const auto& issue) { return issue.is_problem(); });
}

bool ExaminedProcess::is_like(const ExaminedProcess& other) const {
  return program == other.program && mpi == other.mpi && ucx == other.ucx &&
         singleton == other.singleton && foreign == other.foreign &&
         spawn_fails == other.spawn_fails && settings == other.settings && issues == other.issues;
}

bool any_has_problems(const std::vector<ExaminedProcess>& processes) {
  return std::any_of(processes.begin(), processes.end(),
                     [](const auto& process) { return process.has_problems(); });
}

}  // namespace cli
