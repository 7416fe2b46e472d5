// SPDX-License-Identifier: BSD-3-Clause
#include "programs/signal_state.hpp"

namespace programs {

SignalState signal_state() {
  SignalState state = no_signals();
  sigprocmask(SIG_BLOCK, nullptr, &state.blocked);
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction now;
    state.ignored[static_cast<std::size_t>(number)] =
        !sigaction(number, nullptr, &now) && now.sa_handler == SIG_IGN;
  }
  return state;
}

void set_signal_state(const SignalState& state) {
  // Some cannot be changed: SIGKILL, SIGSTOP, and the two that libc keeps for itself.
  for (int number = 1; number < NSIG; ++number)
    signal(number, state.ignored[static_cast<std::size_t>(number)] ? SIG_IGN : SIG_DFL);
  sigprocmask(SIG_SETMASK, &state.blocked, nullptr);
}

SignalState no_signals() {
  SignalState state;
  sigemptyset(&state.blocked);
  return state;
}

}  // namespace programs
