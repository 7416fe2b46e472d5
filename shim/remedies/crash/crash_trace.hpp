#pragma once
#include "remedies/remedy.hpp"

namespace remedies {

/// Opens libsidestep-backtrace.so and lets it handle the crashes that nobody else handles. Locks
/// and allocates: at MPI_Init. @return what came of it
Outcome start_crash_trace();

}  // namespace remedies
