#include "remedies/spawn/spawn_remedies.hpp"

#include "remedies/spawn/needed.hpp"

namespace remedies {
namespace {

Outcome decide(const Process& process) {
  Outcome outcome{Result::applied, {}};
  if (!spawn::starts_hydra(process, outcome)) return outcome;
  // Applied all the same: MPI_Comm_get_attr(MPI_UNIVERSE_SIZE) starts hydra too.
  if (const auto why = why_no_spawn(process.mpi); !why.empty()) outcome.why << why.c_str() << "; ";
  outcome.why << "where no launcher can serve, MPI_Comm_spawn returns an error";
  return outcome;
}

}  // namespace

Text<160> why_no_spawn(const real::Mpi& mpi) {
  Text<160> why;
  if (!mpi.no_spawn) return why;
  return why << mpi.version << " over UCX alone has no MPI_Comm_spawn: "
             << "take MPICH 4.3 or newer, or one that is built over OFI too";
}

// libmpi waits in accept for ever, and where there is no mpiexec the forked child runs on in the
// program's own code.
constinit const Remedy spawn_refuse{
    "spawn-refuse",
    "MPI_Comm_spawn hangs, or runs a second copy of the program, when no launcher can be started; "
    "hangs when the children end before MPI_Init",
    "all MPICH",
    "MPI_Comm_spawn returns an error that says what was looked for; the caller lives, also when "
    "hydra ends early, does not reach a host, or the children end early",
    "https://github.com/pmodels/mpich/issues/4853",
    decide};

}  // namespace remedies
