#include "remedies/spawn/needed.hpp"

namespace remedies {
namespace {

Outcome decide(const Process& process) {
  Outcome outcome{Result::applied, {}};
  if (!spawn::starts_hydra(process, outcome)) return outcome;
  outcome.why << "the mpiexec of " << process.mpi.path << " is run, whatever comes first in PATH";
  return outcome;
}

}  // namespace

// libmpi runs the first mpiexec in PATH, whoever's that is.
constinit const Remedy spawn_launcher{
    "spawn-launcher",
    "MPI_Comm_spawn hangs when another MPI's mpiexec, or none, is first in PATH",
    "all MPICH",
    "the hydra that belongs to the loaded libmpi is started by its absolute path",
    "https://github.com/pmodels/mpich/issues/4853 "
    "https://github.com/JuliaParallel/MPI.jl/issues/430 "
    "https://github.com/mpi4py/mpi4py/issues/155",
    decide};

}  // namespace remedies
