// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>

#include <cerrno>

#include "base/system_call.hpp"

namespace base {

/// While this lives, a write of this thread raises no signal, neither now nor later, however the
/// program handles it: no SIGPIPE for a pipe that nobody reads, no SIGXFSZ for a file that may grow
/// no more (ulimit -f). Each ends a program that does not handle it. Signals that others send stay
/// with the program. Keeps errno. Async-signal-safe.
class WriteSignals {
 public:
  WriteSignals() {
    system_call(SYS_rt_sigpending, &pending_, sizeof pending_);
    const unsigned long both = bit(SIGPIPE) | bit(SIGXFSZ);
    system_call(SYS_rt_sigprocmask, SIG_BLOCK, &both, &before_, sizeof before_);
  }
  ~WriteSignals() {
    system_call(SYS_rt_sigprocmask, SIG_SETMASK, &before_, nullptr, sizeof before_);
  }
  WriteSignals(const WriteSignals&) = delete;
  WriteSignals& operator=(const WriteSignals&) = delete;

  /// A write has failed: takes back the signal that it raised. One that was pending before is the
  /// program's, and stays.
  void take_back(int error) const {
    const unsigned long raised = error == EPIPE ? bit(SIGPIPE) : error == EFBIG ? bit(SIGXFSZ) : 0;
    const timespec at_once = {0, 0};
    if (raised && !(pending_ & raised))
      system_call(SYS_rt_sigtimedwait, &raised, nullptr, &at_once, sizeof raised);
  }

 private:
  static constexpr unsigned long bit(int signal) { return 1UL << (signal - 1); }
  unsigned long pending_ = 0, before_ = 0;
};

}  // namespace base
