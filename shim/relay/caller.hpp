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
  /// The program has ended, and another process goes on in its place: no prompt.
  /// @return false: that has ended too
  bool follow(pid_t daemon);
  void signal(int number) const;

  /// The terminal sent SIGINT to the program's process group, and so to ours.
  void interrupted();
  /// The terminal is gone.
  void hung_up() { hung_up_ = true; }
  /// It waits for what never comes. Where it is no prompt, it has a few seconds to end by itself,
  /// and is ended then: a batch job's time is not used up.
  void condemn();
  /// It was condemned, but works on.
  void spare() {
    if (condemned_) condemned_ = false, next_signal_ = Clock::time_point::max();
  }
  bool condemned() const { return condemned_; }

  /// Whether the terminal's user wants the program, if it is no prompt, and its children ended.
  bool told_to_end() const;

  /// Looks whether a program edits lines on the terminal, and ends a batch program that two presses
  /// did not end, or that was condemned.
  void look();
  /// To be called at the latest at `next_look`.
  void look_if_due();
  Clock::time_point next_look() const { return next_look_; }

 private:
  pid_t pid_;
  programs::Descriptor pidfd_, terminal_;
  bool prompt_, hung_up_ = false, condemned_ = false;
  void end_later();

  int presses_ = 0, signals_sent_ = 0;
  Clock::time_point last_press_{}, next_look_{}, next_signal_ = Clock::time_point::max();
};

}  // namespace relay
