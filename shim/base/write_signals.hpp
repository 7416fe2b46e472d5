// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

namespace base {

/// While this lives, a write of this thread fails and no more where nobody reads the pipe (SIGPIPE)
/// or the file may not grow (SIGXFSZ, RLIMIT_FSIZE): neither signal comes, now or later, however
/// the program handles it. Keeps errno. Async-signal-safe. The system calls themselves: each of
/// libc's functions is looked up at the start of every process.
class WriteSignalsGuard {
 public:
  WriteSignalsGuard() {
    unsigned long pending = 0;
    syscall(SYS_rt_sigpending, &pending, sizeof pending);
    ours_ = both_ & ~pending;
    syscall(SYS_rt_sigprocmask, SIG_BLOCK, &both_, &before_, sizeof before_);
  }
  ~WriteSignalsGuard() {
    const int saved_errno = errno;
    const timespec at_once = {0, 0};
    while (ours_ && syscall(SYS_rt_sigtimedwait, &ours_, nullptr, &at_once, sizeof ours_) > 0) {
    }
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before_, nullptr, sizeof before_);
    errno = saved_errno;
  }
  WriteSignalsGuard(const WriteSignalsGuard&) = delete;
  WriteSignalsGuard& operator=(const WriteSignalsGuard&) = delete;

 private:
  static constexpr unsigned long both_ = 1UL << (SIGPIPE - 1) | 1UL << (SIGXFSZ - 1);
  unsigned long before_ = 0, ours_ = 0;
};

}  // namespace base
