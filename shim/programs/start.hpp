// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Starting other programs.
#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "programs/signal_state.hpp"
#include "programs/words.hpp"

namespace programs {

struct StartOptions {
  Words argv;  ///< argv[0] is the file's path; "@PID" stands for the new process's own id
  bool own_session = true;
  bool null_stdin = true;
  int stdin_from = -1;                     ///< a descriptor that becomes its stdin instead
  std::string folder{};                    ///< where it runs; "": in this process's
  bool silent = false;                     ///< /dev/null is its stdout and stderr
  std::vector<std::string> environment{};  ///< NAME=VALUE, beside this process's own
  SignalState signals = no_signals();      ///< what it blocks and ignores
};

/// Starts a program. Where this process is killed it gets SIGTERM; SIGKILL, where it blocks or
/// ignores that. Throws std::system_error where it cannot be run; where this process has no
/// descriptor left, the child ends with 126 or 127 instead.
/// @return its process id
pid_t start(const StartOptions& options);

/// What a program prints on stdout, in a session of its own with no stdin and no stderr; it is
/// killed after `limit`, or 64 KiB. "" where it cannot be run.
/// @param folder where it runs; "": in this process's
std::string output_of(const Words& argv, std::chrono::milliseconds limit,
                      const std::string& folder = {});

}  // namespace programs
