// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The program that spawns, seen from beside: is it there, is it a prompt, was Ctrl-C pressed.
#include <sys/types.h>

#include "programs/descriptor.hpp"
#include "relay/clock.hpp"
#include "relay/options.hpp"

namespace relay {

class Caller {
 public:
  explicit Caller(const Options& options);

  /// A descriptor that becomes readable when the program ends, or -1 where the kernel has none
  /// (before 5.3).
  int fd() const { return pidfd_.get(); }
  bool alive() const;
  void signal(int number) const;

  /// The terminal sent SIGINT to the program's process group, and so to ours.
  void interrupted();
  /// The terminal is gone.
  void hung_up() { hung_up_ = true; }
  /// Whether the terminal's user wants the program, if it is no prompt, and its children ended.
  bool told_to_end() const;

  /// Looks whether a program edits lines on the terminal, and ends a batch program that two presses
  /// did not end.
  void look();
  /// To be called at the latest at `next_look`.
  void look_if_due();
  Clock::time_point next_look() const { return next_look_; }

 private:
  pid_t pid_;
  programs::Descriptor pidfd_, terminal_;
  bool prompt_, hung_up_ = false;
  int presses_ = 0, signals_sent_ = 0;
  Clock::time_point last_press_{}, next_look_{}, next_signal_ = Clock::time_point::max();
};

}  // namespace relay
