// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// A program's libraries, and what each remedy comes to in it: asked of the library itself, in the
// program, at its MPI_Init.
#include <chrono>
#include <vector>

#include "cli/examined_process.hpp"
#include "programs/words.hpp"
#include "runner/runner.hpp"

namespace cli {

using programs::Words;

struct Examination {
  std::vector<ExaminedProcess> processes;
  runner::Verdict verdict;  ///< of the command as a whole
  Words not_loaded = {};    ///< where no process was seen: which programs can have no preload
  Words lost = {};  ///< what the library found and could not say, a sentence each: all the rest may
                    ///< be incomplete

  /// Whether there are problems that sidestep does not fix. A program that failed before its
  /// MPI_Init is one, and what was lost may be one.
  bool has_problems() const;
};

/// Runs the command, with no input, until each of its processes calls MPI_Init, MPI_Init_thread,
/// MPI_Session_init or ucp_init, where it is ended. Kills all of it at the deadline. Throws
/// std::runtime_error where it cannot be started.
/// @param directory where it runs; "": in the current one
Examination examine(const Words& command, std::chrono::milliseconds limit,
                    const std::string& directory = {});

}  // namespace cli
