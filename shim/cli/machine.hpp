// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What the doctor sees of a machine, before any program of the user's runs.
#include <vector>

#include "cli/examined_process.hpp"
#include "cli/fact.hpp"

namespace cli {

struct Machine {
  std::vector<Fact> facts;
  std::vector<ExaminedProcess>
      processes;  ///< for each libmpi: one that loads it and does nothing else

  /// Whether there are problems that sidestep does not fix.
  bool has_problems() const;
};

Machine look_at_machine();

}  // namespace cli
