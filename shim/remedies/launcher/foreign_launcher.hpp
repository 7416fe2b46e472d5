// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "stack/mpi.hpp"

namespace remedies::launcher {

/// The variable of a launcher (another MPI's, or srun without PMI) whose ranks this MPI does not
/// know to be one job: each is rank 0 of 1 (JuliaParallel/MPI.jl#430, mpi4py/mpi4py#155). Takes the
/// loader's lock.
/// @return nullptr: there is none
const char* foreign_launcher(const stack::Mpi& mpi);

/// Warns of it, in one line of the job's rank 0, where that launcher started several. Unasked: the
/// program's results are wrong, and nothing else says so.
void warn_of_foreign_launcher(const stack::Mpi& mpi);

}  // namespace remedies::launcher
