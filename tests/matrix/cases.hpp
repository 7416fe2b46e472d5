// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The reproducers: what users do, each once, run without and with the shim. The tests ask that
// every one works with it; the demo shows both. A new case is one more entry in the list of its
// file.
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "support/builds.hpp"

namespace tests {

using namespace std::chrono_literals;

struct Case {
  std::string group;  ///< "terminal", "input", "calls", "launcher", "end", "batch", "signals",
                      ///< "julia", "device memory"
  std::string title;  ///< as the matrix shows it: "a line typed after the spawn"
  /// Runs it. @return "works", or in a few words what happened instead: "killed by SIGKILL",
  /// "hangs", "loses input"
  std::function<std::string(const Build&, Shim)> run;
  /// Whether it makes sense on this build.
  std::function<bool(const Build&)> applies = [](const Build&) { return true; };
};

/// Generous: it tells a hang from a slow machine, nothing else. Without the shim hangs are
/// expected, and cut short.
inline std::chrono::milliseconds deadline(Shim shim) { return shim == Shim::with ? 60s : 8s; }

/// "works" where the program ended with `status`, left nothing and printed `text`; else what
/// happened.
std::string judge(const runner::Verdict& verdict, const std::string& text = {}, int status = 0);

/// What the program that judge() saw last has printed.
const std::string& judged_output();

std::vector<Case> terminal_cases();
std::vector<Case> input_cases();
std::vector<Case> call_cases();
std::vector<Case> launcher_cases();
std::vector<Case> end_cases();
std::vector<Case> batch_cases();
std::vector<Case> ucx_cases();
std::vector<Case> cuda_cases();
std::vector<Case> ucxx_cases();   ///< among cuda_cases
std::vector<Case> julia_cases();  ///< among ucx_cases
std::vector<Case> race_cases();   ///< among julia_cases

/// One of the matrices: the cases that make sense on the same builds.
struct Half {
  std::string title;
  std::vector<Build> (*builds)();  ///< looks at the machine
  std::vector<Case> cases;
};

/// All of them: spawn on MPICH's versions, signals and device memory on UCX's.
std::vector<Half> all_halves();

}  // namespace tests
