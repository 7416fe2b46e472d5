// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <string>

#include "mpiexec/arguments.hpp"

namespace mpiexec {

struct Choice {
  Kind kind;
  std::string path, why;
};

/// The launcher for these arguments: what SIDESTEP_MPIEXEC names; else the one that belongs to the
/// libmpi of the program; else the first mpiexec in PATH. Throws Refused where there is none, or
/// where it is of no kind that is known.
Choice choose(const Words& arguments);

}  // namespace mpiexec
