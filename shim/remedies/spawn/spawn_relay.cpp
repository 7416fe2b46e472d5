#include "remedies/spawn/needed.hpp"

namespace remedies {
namespace {

Outcome decide(const Process& process) {
  Outcome outcome{Result::applied, {}};
  if (!spawn::starts_hydra(process, outcome)) return outcome;
  if (spawn::knows_pmi_args(process.mpi)) {
    outcome = {Result::not_needed, Text<256>()
                                       << process.mpi.version << ": its hydra knows -pmi_args"};
    return outcome;
  }
  outcome.why << process.mpi.version
              << ": its hydra does not know -pmi_args; sidestep-relay joins the two";
  return outcome;
}

}  // namespace

// hydra before 4.1 has no -pmi_args. It can run a program, though, and that program's PMI
// connection can be lent to the singleton.
constinit const Remedy spawn_relay{
    "spawn-relay",
    "MPI_Comm_spawn hangs after hydra's \"unrecognized argument pmi_args\"",
    "MPICH before 4.1",
    "hydra runs sidestep-relay, which lends its connection to the singleton and speaks PMI for it",
    "https://github.com/pmodels/mpich/issues/4533 https://github.com/pmodels/mpich/issues/4853",
    decide};

}  // namespace remedies
