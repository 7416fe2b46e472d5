// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The signals that come to the relay, and the ends of its children.
#include <sys/types.h>

#include <map>
#include <optional>

#include "programs/descriptor.hpp"
#include "relay/caller.hpp"

namespace relay {

class Watch {
 public:
  /// Blocks signals, in this process and those that are forked from it.
  explicit Watch(Caller& caller);

  /// A descriptor that becomes readable when a signal has come; -1 where there is none.
  int fd() const { return signals_.get(); }

  /// Takes the signals that have come: those of the terminal are the caller's. Reaps children that
  /// have ended, and continues those that were stopped alone: a job that is stopped on purpose
  /// stops this process too.
  void take_signals();

  /// From now on the end of this child is remembered.
  void remember(pid_t child) { ends_[child] = std::nullopt; }
  /// Whether take_signals() has seen its end.
  bool has_ended(pid_t child) const;
  /// How it ended, as waitpid(2) says it.
  int wait_status(pid_t child) const { return ends_.at(child).value(); }

  /// How long poll() may wait for the next event: where no descriptor reports it, a second; else
  /// until the program is to be looked at.
  int patience() const;
  /// Whether no descriptor reports signals, or the program's end.
  bool is_blind() const { return caller_.fd() < 0 || !signals_; }

  /// Waits for the next event, and takes it.
  void wait();

 private:
  Caller& caller_;
  programs::Descriptor signals_;
  std::map<pid_t, std::optional<int>> ends_;
};

}  // namespace relay
