#include "remedies/spawn/plan.hpp"

#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <initializer_list>

#include "process/installation.hpp"
#include "base/log.hpp"
#include "process/settings.hpp"
#include "remedies/spawn/call.hpp"

namespace remedies::spawn {
namespace {

enum class State : int { none, starting, preparing, ready };

constinit std::atomic<State> state = State::none;
constinit std::atomic<bool> line_editor = false;
constinit Plan the_plan;

void note(Plan& plan, const Remedy& remedy, const Outcome& outcome) {
  auto& line = plan.lines[plan.line_count++];
  line.verbose = line_of(remedy, outcome);
  line.report = entry_of(remedy, outcome, plan.mpi.version);
}

/// Of the ranks that one mpiexec started: what all of them could say, one says.
bool is_first_rank() {
  const char* rank = getenv("PMI_RANK");
  return rank && !strcmp(rank, "0") && !getenv("PMI_SPAWNED");
}

void make(Plan& plan, const void* caller) {
  const auto& settings = settings::get();
  if (!installed::path("sidestep-relay", plan.relay) || !real::describe_mpi(caller, plan.mpi))
    return;
  plan.verbose = settings.verbose;
  memcpy(plan.report_file, settings.report, sizeof settings.report);
  const bool singleton = is_singleton();
  if (singleton || is_first_rank()) warn_of_unknown_names();
  const Process process{plan.mpi, singleton};
  for (const Remedy* remedy : {&spawn_stdin, &spawn_session, &spawn_launcher, &spawn_placeholder,
                               &spawn_relay, &spawn_refuse}) {
    const Outcome outcome = outcome_of(*remedy, process);
    note(plan, *remedy, outcome);
    if (outcome.result != Result::applied) continue;
    plan.mends << (plan.mends.empty() ? "" : ",") << remedy->id;
    plan.refuses = plan.refuses || remedy == &spawn_refuse;
  }
  plan.wanted = !plan.mends.empty();
  plan.interactive = settings.interactive;
  if (plan.verbose)
    logging::line(Text<4608>() << plan.mpi.version << " at " << plan.mpi.path
                               << (plan.wanted ? ": ready for MPI_Comm_spawn"
                                               : ": nothing to mend for MPI_Comm_spawn"));
}

}  // namespace

const Plan& plan() { return the_plan; }
bool edits_lines() { return line_editor.load(std::memory_order_relaxed); }

void mpi_is_starting() {
  State none = State::none;
  state.compare_exchange_strong(none, State::starting, std::memory_order_relaxed);
}

void prepare(const void* caller) {
  State seen = state.load(std::memory_order_acquire);
  while (seen != State::ready) {
    if (seen == State::preparing) {
      syscall(SYS_sched_yield);  // another thread is at it, and a fork must not find half a plan
      seen = state.load(std::memory_order_acquire);
    } else if (state.compare_exchange_weak(seen, State::preparing, std::memory_order_acquire)) {
      make(the_plan, caller);
      // Where no MPI is mapped yet, a later call looks again.
      const bool found = the_plan.mpi.family != real::Mpi::Family::none;
      state.store(found ? State::ready : State::none, std::memory_order_release);
      return;
    }
  }
}

void before_fork(const void* caller) {
  const State seen = state.load(std::memory_order_relaxed);
  if ((seen == State::starting || seen == State::preparing) && real::is_an_mpi(caller))
    prepare(nullptr);
  if (state.load(std::memory_order_acquire) == State::ready && the_plan.refuses &&
      real::is_in_mpi(caller))
    share_calls();
}

void terminal_modes(int terminal, const termios* modes) {
  // getpass clears ECHO alone; who clears ICANON edits lines itself.
  if (!modes || modes->c_lflag & ICANON || edits_lines()) return;
  const int kept = errno;
  pid_t session;  // asked of the other end of a terminal, it is that of who was started there
  if (!syscall(SYS_ioctl, terminal, TIOCGSID, &session) && session == syscall(SYS_getsid, 0))
    line_editor.store(true, std::memory_order_relaxed);
  errno = kept;
}

}  // namespace remedies::spawn
