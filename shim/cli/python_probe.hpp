// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <optional>
#include <string>

#include "cli/examined_process.hpp"

namespace cli {

/// The Python that a user of this shell types, and the MPI that its mpi4py loads.
struct ProbedPython {
  std::string name;                        ///< "python", or "python3"; "": there is none in PATH
  std::string path;                        ///< its file, links resolved
  std::string trouble;                     ///< why its mpi4py is not usable, or it was not asked
  bool is_broken = false;                  ///< it has an mpi4py that cannot be loaded
  std::optional<ExaminedProcess> process;  ///< none: it has no mpi4py, or there is trouble
};

/// Imports mpi4py in a process of its own, which ends at its MPI_Init. What lies in the current
/// folder is not imported.
ProbedPython probe_python();

}  // namespace cli
