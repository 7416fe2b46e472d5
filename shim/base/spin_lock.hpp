// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>

namespace base {

/// Lets other threads run: for loops that wait for a moment. The system call itself: each of libc's
/// functions is looked up at the start of every process.
inline void yield() { syscall(SYS_sched_yield); }

/// A lock that needs no constructor, no memory and no libpthread. For short work at MPI_Init or
/// when memory is allocated; never held over a call of the program's. Not reentrant. Not for signal
/// handlers, nor for the child of a fork: another thread may hold it.
class SpinLock {
 public:
  constexpr SpinLock() = default;
  void lock() {
    while (busy_.test_and_set(std::memory_order_acquire)) yield();
  }
  void unlock() { busy_.clear(std::memory_order_release); }

 private:
  std::atomic_flag busy_ = ATOMIC_FLAG_INIT;
};

/// Holds a SpinLock for as long as this lives.
class SpinGuard {
 public:
  explicit SpinGuard(SpinLock& lock) : lock_(lock) { lock_.lock(); }
  ~SpinGuard() { lock_.unlock(); }
  SpinGuard(const SpinGuard&) = delete;
  SpinGuard& operator=(const SpinGuard&) = delete;

 private:
  SpinLock& lock_;
};

}  // namespace base
