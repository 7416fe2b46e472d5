// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace runner {

/// All that the two forked processes need, made before the fork because little is safe after it.
struct Blueprint {
  std::vector<char*> argv;
  std::vector<char*> environment;
  const char* directory = nullptr;  // null: stay
  int input = -1;                   // -1: closed
  int output = -1;
  bool terminal = false;
  int status = -1;    // the supervisor writes Reports to it; end of file: all of the run is gone
  int lifeline = -1;  // end of file: the runner gives the run up, or is dead
  int failure = -1;   // why the program could not be started; end of file: it was
};

struct Failure {
  int error = 0;
  bool directory = false;
};

struct Report {
  enum class Kind : std::int32_t { started, ended };
  Kind kind{};
  std::int32_t value = 0;        // the program's pid, or its wait status
  std::int64_t nanoseconds = 0;  // of the steady clock
};

/// The life of the supervisor, in a process just forked, with all signals blocked: starts the
/// program, reaps every orphan, and kills all when the lifeline is cut.
[[noreturn]] void supervise(const Blueprint& blueprint) noexcept;

}  // namespace runner
