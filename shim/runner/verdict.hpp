// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <chrono>
#include <string>
#include <vector>

namespace runner {

using std::chrono::milliseconds;

/// How a run ended. `loses_input` is for callers that type and see no answer: the runner itself
/// cannot tell, and never says it.
enum class End { works, killed, exited, hangs, loses_input, leaves_processes };

struct Verdict {
  End end = End::works;
  /// The signal, or the exit status.
  int number = 0;
  /// All that was printed; on a terminal as the terminal got it. At most 64 MiB are kept.
  std::string output = {};
  bool output_cut = false;  ///< there was more
  /// "pid comm args" of what lived on after the grace; after `hangs`, of all that lived at the
  /// deadline, the program itself included. None of it lives any more.
  std::vector<std::string> left = {};
  /// From the start to the end of the program itself, or to the deadline.
  milliseconds took{0};
};

/// "works", "killed by SIGKILL", "exit 3", "hangs", "loses input", "leaves 2 processes".
std::string describe(const Verdict& verdict);

}  // namespace runner
