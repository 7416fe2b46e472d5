// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <optional>

#include "mpiexec/arguments.hpp"

namespace mpiexec {

/// What a Julia's command line has it run.
struct JuliaProgram {
  Words options;              ///< those that decide which cache files it takes
  Words sources;              ///< "--load" FILE and "--eval" TEXT, in the order in which they run
  bool startup_file = false;  ///< before them, ~/.julia/config/startup.jl
};

/// @param command a Julia and its arguments, as execvp takes them
/// @return nothing where it runs no program that could be read, or precompiles nothing
std::optional<JuliaProgram> read_julia(const Words& command);

}  // namespace mpiexec
