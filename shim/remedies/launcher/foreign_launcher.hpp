#pragma once
#include "stack/mpi.hpp"

namespace remedies {

/// The variable of a launcher (another MPI's, or srun without PMI) whose ranks this MPI does not
/// know to be one job: each is rank 0 of 1 (JuliaParallel/MPI.jl#430, mpi4py/mpi4py#155). nullptr:
/// none.
const char* foreign_launcher(const real::Mpi& mpi);

/// Says so, in one line of the job's rank 0, where that launcher started several. It is said
/// unasked: the program gives wrong results, and nobody else tells.
void warn_of_foreign_launcher(const real::Mpi& mpi);

}  // namespace remedies
