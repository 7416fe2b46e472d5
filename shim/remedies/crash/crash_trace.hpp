// SPDX-License-Identifier: BSD-3-Clause
#pragma once
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

/// After the program has set this signal's action to the default: a crash is traced from now on,
/// where crashes are. Async-signal-safe, keeps errno.
void trace_after_reset(int signal);

}  // namespace remedies::crash
