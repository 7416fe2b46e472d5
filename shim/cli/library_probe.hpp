// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <string>
#include <vector>

#include "cli/examined_process.hpp"

namespace cli {

/// A library that was loaded in a process of its own, where it harms nothing else.
struct ProbedLibrary {
  std::string version, path;
  std::string trouble;                     ///< it is there, and does not load
  std::vector<ExaminedProcess> processes;  ///< an MPI: as examine() gives it
};

/// @param library as dlopen takes it
/// @return all of it empty where there is no such library
ProbedLibrary probe_library(const std::string& library);

}  // namespace cli
