// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Between the library and libsidestep-backtrace.so, which it opens where UCX's crash handler was
// taken away. The two are installed together, but a program that runs on while another version is
// installed opens that version's: what changes here gets another number in the symbol's name, and
// the other version has no such symbol.
#include "base/signal_action.hpp"

namespace protocol {

/// How a crash is to be traced.
struct BacktraceSetup {
  unsigned long signals;  ///< bit N set: signal N, where the program does not handle it
  int rank;               ///< of this process in MPI_COMM_WORLD, -1 where unknown
  char file[1024];        ///< a file the trace is written to; "": stderr
};

/// Traces those of SIGSEGV, SIGBUS, SIGILL and SIGFPE that are asked for and have no handler. Where
/// one has a handler without SA_ONSTACK, an exhausted stack alone is traced, which would end the
/// program before that handler is called; the first signal that does not tell of one ends that.
/// Gives the calling thread an alternate stack where it has none. Copies `setup`. One thread at a
/// time.
/// @return the signals that are now traced (same bits), 0 where none
using BacktraceStart = unsigned long (*)(const BacktraceSetup* setup);
inline constexpr char backtrace_start_symbol[] = "sidestep_backtrace_start_1";

/// To be called when the program has set a signal's action to the default: from now on it is
/// traced, if it was asked for at the start. Where a handler of that signal did so after it wrote
/// something, or wrote something after, its own words stay the only ones. Async-signal-safe.
using BacktraceReset = void (*)(int signal);
inline constexpr char backtrace_reset_symbol[] = "sidestep_backtrace_reset_1";

/// What the program itself told the kernel of a signal, where the handler that the kernel has is
/// one of ours. Async-signal-safe.
/// @param action what the kernel has of it; replaced by the program's own, or left as it is
using BacktraceOwnAction = void (*)(int signal, base::SignalAction& action);
inline constexpr char backtrace_own_action_symbol[] = "sidestep_backtrace_own_action_1";

}  // namespace protocol
