// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The environment of a rank, inherited by a program that is none: Python's subprocess, a Jupyter
// kernel or multiprocessing below mpiexec. libmpi would speak to a launcher that is not there.
#include "remedies/remedy.hpp"

namespace remedies::spawn {

#pragma GCC visibility push(hidden)
extern const Remedy spawn_stale_pmi;
#pragma GCC visibility pop

/// What getenv answers for a name that begins with "PMI": "not set" for PMI_FD where that
/// descriptor leads to no launcher, and for PMIX_RANK where there is no PMIX_NAMESPACE, without
/// which no PMIx can be reached. The environment itself stays as it is. Of a PMI_FD the first
/// answer is kept: MPI_Finalize closes a rank's descriptor, and that is no singleton then.
/// Async-signal-safe, works before constructors have run; where the answer is "not set", the first
/// call reads the settings.
/// @param value what the environment says
const char* pmi_answer(const char* name, const char* value);

/// Before MPI_Init: reports the outcome where something is stale, once. Elsewhere it is reported
/// with the other remedies of a spawn. As stack::describe_mpi.
/// @param caller an address in the object that calls MPI_Init
void report_stale_pmi(const void* caller);

}  // namespace remedies::spawn
