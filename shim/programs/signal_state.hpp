// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <signal.h>

#include <bitset>

namespace programs {

/// What a process blocks and ignores: what execve(2) keeps, and so what a program starts with.
struct SignalState {
  sigset_t blocked;
  std::bitset<NSIG> ignored;  ///< bit N: signal N
};

/// That of this process, now.
SignalState signal_state();

/// Gives it to this process, in which no signal has a handler from then on. For a forked child,
/// before execve: async-signal-safe.
void set_signal_state(const SignalState& state);

/// Nothing is blocked or ignored.
SignalState no_signals();

}  // namespace programs
