// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <signal.h>

#include "remedies/remedy.hpp"
#include "stack/ucx.hpp"

namespace remedies::crash {

#pragma GCC visibility push(hidden)
extern const Remedy crash_trace;
#pragma GCC visibility pop

/// Opens libsidestep-backtrace.so and has it handle the crashes that have no handler, and those
/// that the program's handlers cannot be told of or give up. As base/loader.hpp: at MPI_Init.
/// @param ucx the one whose traces are missing
/// @return the outcome
Outcome start_crash_trace(const stack::Ucx& ucx);

/// After the program's sigaction(): what it is told of the action before is its own action, and not
/// ours; and where it has set the default action, a crash is traced from now on. Both only where
/// crashes are traced. Async-signal-safe, keeps errno.
/// @param wanted, before as of sigaction(), which has succeeded
void after_sigaction(int signal, const struct sigaction* wanted, struct sigaction* before);

/// The same after signal().
/// @param before what it has returned
/// @return what it should return
sighandler_t after_signal(int signal, sighandler_t wanted, sighandler_t before);

}  // namespace remedies::crash
