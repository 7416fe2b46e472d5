// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The forked child of a singleton's MPI_Comm_spawn, before it executes its launcher.

namespace remedies::spawn {

/// In place of libmpi's execvp("mpiexec", -pmi_args PORT …): where the plan applies, the child
/// becomes sidestep-relay, or says why it cannot and ends. Returns where the plan does not apply.
/// Async-signal-safe.
void become_launcher(const char* file, char* const* arguments);

}  // namespace remedies::spawn
