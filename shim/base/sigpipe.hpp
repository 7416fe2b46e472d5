// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

namespace base {

/// While this lives, a write of this thread to a pipe that nobody reads raises no SIGPIPE, neither
/// now nor later, however the program handles it. Keeps errno. Async-signal-safe. The system calls
/// themselves: each of libc's functions is looked up at the start of every process.
class SigpipeGuard {
 public:
  SigpipeGuard() {
    unsigned long pending = 0;
    syscall(SYS_rt_sigpending, &pending, sizeof pending);
    was_pending_ = pending & pipe_;
    syscall(SYS_rt_sigprocmask, SIG_BLOCK, &pipe_, &before_, sizeof before_);
  }
  ~SigpipeGuard() {
    const int saved_errno = errno;
    const timespec at_once = {0, 0};
    if (!was_pending_) syscall(SYS_rt_sigtimedwait, &pipe_, nullptr, &at_once, sizeof pipe_);
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before_, nullptr, sizeof before_);
    errno = saved_errno;
  }
  SigpipeGuard(const SigpipeGuard&) = delete;
  SigpipeGuard& operator=(const SigpipeGuard&) = delete;

 private:
  static constexpr unsigned long pipe_ = 1UL << (SIGPIPE - 1);
  unsigned long before_ = 0;
  bool was_pending_ = false;
};

}  // namespace base
