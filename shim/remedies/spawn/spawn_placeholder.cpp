#include "remedies/spawn/needed.hpp"

namespace remedies {
namespace {

Outcome decide(const Process& process) {
  Outcome outcome{Result::applied, {}};
  if (!spawn::starts_hydra(process, outcome)) return outcome;
  const real::Mpi& mpi = process.mpi;
  if (mpi.family != real::Mpi::Family::mpich || mpi.before(4, 3, 0) || !mpi.before(4, 3, 2)) {
    outcome = {Result::not_needed, Text<256>() << mpi.version << " needs none"};
    return outcome;
  }
  outcome.why << mpi.version << ": hydra asks for a program that it never runs; it gets one";
  return outcome;
}

}  // namespace

// hydra 4.3.0 and 4.3.1 check for a program before they look whether a singleton started them
// (5.0.1 has the check right: mpiexec.c:59@v5.0.1).
constinit const Remedy spawn_placeholder{
    "spawn-placeholder",
    "MPI_Comm_spawn hangs after hydra's \"No executable provided\"",
    "MPICH 4.3.0 and 4.3.1",
    "hydra gets one more argument, a program that it never runs",
    "https://github.com/pmodels/mpich/pull/7540",
    decide};

}  // namespace remedies
