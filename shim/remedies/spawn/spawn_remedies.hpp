// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The remedies of a singleton's MPI_Comm_spawn: when each applies. What they do stands beside this
// file (plan.hpp, forked_child.hpp, parent.hpp, refusal.hpp) and in relay/.
#include "remedies/remedy.hpp"

namespace remedies::spawn {

// Hidden, for -fvisibility does not reach a declaration: else each is found through a pointer.
#pragma GCC visibility push(hidden)
extern const Remedy spawn_stdin, spawn_session, spawn_launcher, spawn_placeholder, spawn_relay,
    spawn_refuse;
#pragma GCC visibility pop
inline constexpr int remedy_count = 7;  ///< with spawn_stale_pmi

/// Whether the hydra of this MPI knows the option that a singleton starts it with, -pmi_args.
/// MPICH's does from 4.1 on, Intel MPI's in every version.
bool knows_pmi_args(const stack::Mpi& mpi);

/// Why MPI_Comm_spawn returns an error with this libmpi, whatever starts hydra, and what to do.
/// @return empty: it may work
base::Text<160> why_no_spawn(const stack::Mpi& mpi);

}  // namespace remedies::spawn
