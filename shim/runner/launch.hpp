// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "programs/descriptor.hpp"
#include "runner/program.hpp"

namespace runner {

/// A program that was started, and the runner's ends of all that leads to it.
struct Launch {
  pid_t supervisor = -1;
  pid_t program = -1;
  programs::Descriptor output;  // what it prints, not blocking; the terminal's master side
  programs::Descriptor input;   // the pipe to its stdin, not blocking; none on a terminal
  programs::Descriptor
      terminal;  // the program's side, kept so that the terminal outlives the program
  programs::Descriptor status;    // the supervisor's Reports, not blocking
  programs::Descriptor lifeline;  // closed: the supervisor kills all of the run
};

/// Throws std::system_error, naming argv[0] or the directory, where the program cannot be started.
Launch launch(const Program& program);

}  // namespace runner
