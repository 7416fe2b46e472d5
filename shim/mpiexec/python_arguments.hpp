// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <string>

#include "mpiexec/arguments.hpp"

namespace mpiexec {

/// Where a Python's command line has it look for modules.
struct PythonProgram {
  Words options;      ///< -E, -I, -s, -S, -P, -B, -O, -X and the like, as they stand there
  std::string first;  ///< what stands first in sys.path, ahead of the options' effect; "": nothing
};

/// @param command a Python and its arguments, as execvp takes them
PythonProgram read_python(const Words& command);

}  // namespace mpiexec
