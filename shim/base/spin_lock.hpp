// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>

#include <atomic>

#include "base/system_call.hpp"

namespace base {

/// Lets other threads run: for loops that wait for a moment. The system call itself: each of libc's
/// functions is looked up at the start of every process.
inline void yield() { system_call(SYS_sched_yield); }

/// The same, the more often the longer: a thread of a real-time priority that only yields would
/// keep the processor from the one that it waits for.
inline void wait(int tries) {
  const timespec moment = {0, 50'000};
  if (tries < 8)
    yield();
  else
    system_call(SYS_nanosleep, &moment, nullptr);
}

/// A lock that needs no constructor, no memory and no libpthread. For short work at MPI_Init or
/// when memory is allocated; never held over a call of the program's. Not reentrant. Not for signal
/// handlers. The child of a fork takes it from a thread that it has not got.
class SpinLock {
 public:
  constexpr SpinLock() = default;
  /// @return whether it was held at the fork of this process: what it guards may be half changed
  bool lock() {
    const auto self = static_cast<pid_t>(system_call(SYS_getpid));
    for (int tries = 0;; wait(++tries)) {
      pid_t holder = 0;
      if (holder_.compare_exchange_weak(holder, self, std::memory_order_acquire)) return false;
      if (holder && holder != self &&
          holder_.compare_exchange_strong(holder, self, std::memory_order_acquire))
        return true;
    }
  }
  void unlock() { holder_.store(0, std::memory_order_release); }

 private:
  std::atomic<pid_t> holder_ = 0;  ///< the process of the thread that holds it
};

/// Holds a SpinLock for as long as this lives.
class SpinGuard {
 public:
  explicit SpinGuard(SpinLock& lock) : lock_(lock), inherited_(lock_.lock()) {}
  ~SpinGuard() { lock_.unlock(); }
  SpinGuard(const SpinGuard&) = delete;
  SpinGuard& operator=(const SpinGuard&) = delete;
  /// As SpinLock::lock.
  bool inherited() const { return inherited_; }

 private:
  SpinLock& lock_;
  const bool inherited_;
};

}  // namespace base
