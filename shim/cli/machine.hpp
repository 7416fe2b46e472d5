// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What the doctor sees of a machine, before any program of the user's runs.
#include <vector>

#include "cli/examined_process.hpp"
#include "cli/fact.hpp"
#include "programs/words.hpp"

namespace cli {

/// An MPI library, and what loads it.
struct MachineMpi {
  ExaminedProcess process;  ///< one that loads it and does nothing else
  /// What of this shell gets it: "python", "mpiexec", "loaded modules"; empty: nothing does.
  programs::Words used_by = {};
};

struct Machine {
  std::vector<Fact> facts;
  std::vector<MachineMpi> mpis;  ///< what `python` loads first, what nothing loads last
  /// Why the ranks that `mpiexec` starts would not know each other, and what to do; "": they would.
  std::string mpiexec_trouble;

  /// Whether there are problems that sidestep does not fix, for what this shell starts.
  bool has_problems() const;
};

Machine look_at_machine();

}  // namespace cli
