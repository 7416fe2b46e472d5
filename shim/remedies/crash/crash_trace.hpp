// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "remedies/remedy.hpp"

namespace remedies::crash {

#pragma GCC visibility push(hidden)
extern const Remedy crash_trace;
#pragma GCC visibility pop

/// Opens libsidestep-backtrace.so and has it handle the crashes that have no handler. As
/// base/loader.hpp: at MPI_Init.
/// @return the outcome
Outcome start_crash_trace();

}  // namespace remedies::crash
