// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/spawn/spawn_remedies.hpp"

namespace remedies::spawn {
namespace {

/// The decision of a remedy for singletons of an MPI that starts hydra: for these alone `decide` is
/// asked, with an outcome that is applied so far.
template <void (*decide)(const stack::Mpi&, Outcome&)>
Outcome for_singleton(const ProcessFacts& facts) {
  const auto& mpi = facts.mpi;
  if (!facts.singleton)
    return {Result::not_needed, base::Text<256>() << "started by a process manager"};
  if (mpi.family != stack::Mpi::Family::mpich && mpi.family != stack::Mpi::Family::intel)
    return {Result::not_needed, *mpi.version ? base::Text<256>()
                                                   << mpi.version << " does not start MPICH's hydra"
                                             : base::Text<256>() << "no MPI is loaded"};
  Outcome outcome{Result::applied, {}};
  decide(mpi, outcome);
  return outcome;
}

void need_stdin(const stack::Mpi& mpi, Outcome& outcome) {
  outcome.why << mpi.version;
  if (mpi.family != stack::Mpi::Family::mpich || mpi.before(4, 3, 2)) {
    outcome.why << ": hydra reads the caller's stdin; it gets /dev/null";
    return;
  }
  outcome.result = Result::not_needed;
  outcome.why << " closes hydra's stdin itself";
}

void need_session(const stack::Mpi& mpi, Outcome& outcome) {
  outcome.why << mpi.version
              << ": hydra would kill its caller's process group; it gets a session of its own";
}

void need_launcher(const stack::Mpi& mpi, Outcome& outcome) {
  outcome.why << "the mpiexec of " << mpi.path << " is run, whatever comes first in PATH";
}

void need_placeholder(const stack::Mpi& mpi, Outcome& outcome) {
  outcome.why << mpi.version;
  if (mpi.family == stack::Mpi::Family::mpich && !mpi.before(4, 3, 0) && mpi.before(4, 3, 2)) {
    outcome.why << ": hydra asks for a program that it never runs; it gets one";
    return;
  }
  outcome.result = Result::not_needed;
  outcome.why << " needs none";
}

void need_relay(const stack::Mpi& mpi, Outcome& outcome) {
  outcome.why << mpi.version;
  if (!knows_pmi_args(mpi)) {
    outcome.why << ": its hydra does not know -pmi_args; sidestep-relay joins the two";
    return;
  }
  outcome.result = Result::not_needed;
  outcome.why << ": its hydra knows -pmi_args";
}

void need_refusal(const stack::Mpi& mpi, Outcome& outcome) {
  // Applied all the same: MPI_Comm_get_attr(MPI_UNIVERSE_SIZE) starts hydra too.
  if (const auto why = why_no_spawn(mpi); !why.empty()) outcome.why << why.c_str() << "; ";
  outcome.why << "where no launcher can serve, MPI_Comm_spawn returns an error";
}

}  // namespace

bool knows_pmi_args(const stack::Mpi& mpi) {
  return mpi.family != stack::Mpi::Family::mpich || !mpi.before(4, 1, 0);
}

base::Text<160> why_no_spawn(const stack::Mpi& mpi) {
  base::Text<160> why;
  if (!mpi.no_spawn) return why;
  return why << mpi.version << " with UCX alone has no MPI_Comm_spawn: "
             << "use MPICH 4.3 or newer, or one that is built with OFI too";
}

// hydra polls the stdin that it inherits and aborts the job when it cannot pass on what it read
// (pmip_cb.c:521@v4.1.3, 527@v4.2.3). /dev/null rather than a closed descriptor: hydra's next file
// would become fd 0.
constinit const Remedy spawn_stdin{"spawn-stdin", for_singleton<need_stdin>};

// hydra shares the caller's process group and sends SIGKILL to all of it whenever it gives up
// (PMIP_bcast_signal, pmip_pg.c:211-231@v4.1.3, 247@v5.0.1), at one Ctrl-C too.
constinit const Remedy spawn_session{"spawn-session", for_singleton<need_session>};

// libmpi runs the first mpiexec in PATH, whichever MPI it belongs to.
constinit const Remedy spawn_launcher{"spawn-launcher", for_singleton<need_launcher>};

// hydra 4.3.0 and 4.3.1 check for a program before they look whether a singleton started them
// (5.0.1 has the check right: mpiexec.c:59@v5.0.1).
constinit const Remedy spawn_placeholder{"spawn-placeholder", for_singleton<need_placeholder>};

// hydra before 4.1 has no -pmi_args. It can run a program, though, and that program's PMI
// connection can be lent to the singleton.
constinit const Remedy spawn_relay{"spawn-relay", for_singleton<need_relay>};

// libmpi waits in accept for ever, and where there is no mpiexec the forked child runs on in the
// program's own code.
constinit const Remedy spawn_refuse{"spawn-refuse", for_singleton<need_refusal>};

}  // namespace remedies::spawn
