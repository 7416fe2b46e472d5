#pragma once
#include "base/text.hpp"
#include "stack/mpi.hpp"

namespace remedies {

/// Why MPI_Comm_spawn returns an error over this libmpi, whoever starts hydra, and what to do;
/// empty: it may work.
Text<160> why_no_spawn(const real::Mpi& mpi);

}  // namespace remedies
