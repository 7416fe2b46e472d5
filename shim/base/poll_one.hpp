// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <poll.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

namespace base {

/// poll(2) of one descriptor, as libmpi calls it: there are sandboxes that end a program for ppoll,
/// which is asked only where the machine has no poll. No cancellation point. Async-signal-safe.
/// @param milliseconds below 1,000
/// @return 1, 0 where the time is over, -1 with errno
inline long poll_one(pollfd& one, long milliseconds) {
#ifdef SYS_poll
  return syscall(SYS_poll, &one, 1, milliseconds);
#else
  timespec time{0, milliseconds * 1'000'000};
  return syscall(SYS_ppoll, &one, 1, &time, nullptr, 0);
#endif
}

}  // namespace base
