// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "runner/launch.hpp"
#include "runner/verdict.hpp"

namespace runner {

/// One run, from its start to the end of its last process. Nothing here blocks but pump().
class Run {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Run(const Program& program);
  Run(const Run&) = delete;
  ~Run();

  /// Waits until something happens, at most until this moment, and does all that can be done
  /// without waiting: reads, writes, notes the program's end.
  void pump(Clock::time_point until);

  void queue_input(std::string_view bytes);
  void close_input();  // once all is written
  void close_terminal();

  bool on_terminal() const { return on_terminal_; }
  bool ended() const { return ended_; }
  bool all_gone() const { return !launch_.status; }
  pid_t pid() const { return launch_.program; }
  int terminal() const { return on_terminal_ ? launch_.output.get() : -1; }
  const std::string& output() const { return output_; }
  std::vector<std::string> processes();

  /// Kills all that lives of the run and reads the rest of what was printed.
  void end_all();
  /// Of a run that is over. Throws std::system_error where the supervisor was killed.
  Verdict verdict(std::vector<std::string> left) const;

 private:
  int input() const { return on_terminal_ ? launch_.output.get() : launch_.input.get(); }
  void read_status();
  void read_output();
  void write_input();
  void answer_questions();
  std::string how_it_ended() const;

  Program program_;
  bool on_terminal_;
  Clock::time_point start_ = Clock::now();
  Launch launch_;
  std::string output_;
  bool output_cut_ = false;
  std::size_t answered_ = 0;  // up to here the output was searched for questions
  std::string pending_;       // input not yet written
  std::size_t written_ = 0;   // of pending_
  std::string typed_;         // all input so far, for a Recording
  bool close_when_written_ = false;
  bool ended_ = false;
  bool cut_short_ = false;  // it was killed from here
  bool lost_ = false;       // the supervisor died first: how the program ended is unknown
  int wait_status_ = 0;
  Clock::time_point end_{};
};

}  // namespace runner
