// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Small programs for the runner's own tests.

#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "runner/runner.hpp"

namespace runner {

inline Program shell(const std::string& script, Input input = Input::null) {
  Program program{{"sh", "-c", script}};
  program.input = input;
  return program;
}

inline Program on_terminal(std::vector<std::string> argv) {
  Program program{std::move(argv)};
  program.input = Input::terminal;
  return program;
}

/// Not gone, and not a zombie that its new parent has not reaped yet.
inline bool alive(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(stat, text);
  const auto bracket = text.rfind(") ");
  return bracket != text.npos && text[bracket + 2] != 'Z' && text[bracket + 2] != 'X';
}

inline bool dies_within(pid_t pid, milliseconds time) {
  for (; time.count() > 0 && alive(pid); time -= milliseconds(10)) {
    std::this_thread::sleep_for(milliseconds(10));
  }
  return !alive(pid);
}

}  // namespace runner
