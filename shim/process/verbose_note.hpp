// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// A program in which no MPI and no UCX starts says so at its end, where it was asked to be verbose:
// else sidestep looks broken. `sidestep run` names the process in a variable, the library takes
// note there of each line that it says, and libsidestep-verbose.so, which is preloaded in that case
// alone, looks at the end. A process of which nothing is asked pays for none of it.
#include "base/log.hpp"
#include "base/text.hpp"

namespace process {

/// The process that `sidestep run` became, by its id.
inline constexpr char verbose_variable[] = "SIDESTEP_RUN_PID";

/// There is no more to be said at the end. Writes into the environment, in place.
/// Async-signal-safe.
void note_verbose_line();

/// Writes a line of SIDESTEP_VERBOSE, and takes note of it. Async-signal-safe.
template <std::size_t Size>
void log_verbose(const base::Text<Size>& line) {
  base::log(line);
  note_verbose_line();
}

}  // namespace process
