#include "remedies/spawn/needed.hpp"

namespace remedies {
namespace {

Outcome decide(const Process& process) {
  Outcome outcome{Result::applied, {}};
  if (!spawn::starts_hydra(process, outcome)) return outcome;
  if (process.mpi.no_spawn)
    outcome.why << process.mpi.version
                << " over UCX has no MPI_Comm_spawn, which returns an error: MPICH 4.3 has; ";
  outcome.why << "where no launcher can serve, MPI_Comm_spawn returns an error";
  return outcome;
}

}  // namespace

// libmpi waits in accept for ever, and where there is no mpiexec the forked child runs on in the
// program's own code.
constinit const Remedy spawn_refuse{
    "spawn-refuse",
    "MPI_Comm_spawn hangs, or runs a second copy of the program, when no launcher can be started",
    "all MPICH",
    "MPI_Comm_spawn returns an error that says what was looked for; the caller lives, also when "
    "hydra ends early or does not reach a host",
    "https://github.com/pmodels/mpich/issues/4853",
    decide};

}  // namespace remedies
