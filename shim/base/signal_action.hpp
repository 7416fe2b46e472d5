// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What a signal does, asked of the kernel itself: up to 1.12, libucs exports a sigaction of its
// own, which drops changes silently (src/ucs/debug/debug.c:1149@v1.10.1).
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace base {

/// The kernel's own record (struct sigaction), the same on x86-64 and aarch64. Kept whole, it can
/// be put back exactly.
struct SignalAction {
  void* handler = nullptr;
  unsigned long flags = 0;
  void* restorer = nullptr;
  unsigned long mask = 0;

  bool is_handled() const {
    return handler != reinterpret_cast<void*>(SIG_DFL) &&
           handler != reinterpret_cast<void*>(SIG_IGN);
  }
  bool is_known() const { return handler != reinterpret_cast<void*>(SIG_ERR); }
};

/// What `signal` does now. Async-signal-safe; keeps errno where the signal exists.
/// @return where the kernel does not say (some sandboxes), a handler that cannot be: SIG_ERR
inline SignalAction signal_action(int signal) {
  SignalAction now;
  if (syscall(SYS_rt_sigaction, signal, nullptr, &now, sizeof now.mask))
    now.handler = reinterpret_cast<void*>(SIG_ERR);
  return now;
}

inline void set_signal_action(int signal, const SignalAction& action) {
  syscall(SYS_rt_sigaction, signal, &action, nullptr, sizeof action.mask);
}

}  // namespace base
