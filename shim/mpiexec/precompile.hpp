// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <string>

#include "mpiexec/arguments.hpp"

namespace mpiexec {

/// Has each Julia among the programs precompile, once and before the ranks start, what its program
/// loads (precompile.jl). Returns when that is done, or could not be: the ranks start all the same.
/// @param arguments the launcher's
/// @param library libsidestep.so, whose own part keeps other jobs' work from failing this one
/// @param preload LD_PRELOAD as the user has it
void precompile(const Words& arguments, const std::string& library, const std::string& preload);

}  // namespace mpiexec
