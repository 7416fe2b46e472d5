// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/spawn/plan.hpp"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <initializer_list>
#include <new>

#include "base/log.hpp"
#include "base/spin_lock.hpp"
#include "base/system_call.hpp"
#include "process/identity.hpp"
#include "process/installation.hpp"
#include "process/verbose_note.hpp"
#include "remedies/spawn/stale_pmi.hpp"

namespace remedies::spawn {
namespace {

constinit std::atomic<PlanState> state = PlanState::none;
constinit std::atomic<bool> line_editor = false;
constinit base::SpinLock making;  // a fork must not find half a plan
constinit Plan the_plan;          // written under `making`, before `state` is ready
constinit Plan no_plan;           // never written; no constant, whose zeros would be in the file

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
  const auto& settings = process::settings();
  if (!process::installed_file("sidestep-relay", plan.relay) ||
      !stack::describe_mpi(caller, plan.mpi))
    return;
  plan.library = process::own_library();
  plan.verbose = settings.verbose;
  memcpy(plan.report_file, settings.report, sizeof settings.report);
  const bool singleton = is_singleton();
  if (singleton || is_first_rank()) warn_of_unknown_names();
  const ProcessFacts facts{plan.mpi, singleton};
  for (const Remedy* remedy : {&spawn_stdin, &spawn_session, &spawn_launcher, &spawn_placeholder,
                               &spawn_relay, &spawn_refuse}) {
    const Outcome outcome = outcome_of(*remedy, facts);
    note(plan, *remedy, outcome);
    if (outcome.result != Result::applied) continue;
    plan.remedies << (plan.remedies.empty() ? "" : ",") << remedy->id;
    plan.refuses = plan.refuses || remedy == &spawn_refuse;
    plan.needs_relay = plan.needs_relay || remedy == &spawn_relay || remedy == &spawn_placeholder;
  }
  const Outcome pmi = outcome_of(spawn_stale_pmi, facts);
  if (pmi.result == Result::not_needed) note(plan, spawn_stale_pmi, pmi);
  plan.wanted = !plan.remedies.empty();
  if (plan.wanted) process::is_own(plan.relay, plan.not_run);
  plan.interactive = settings.interactive;
  if (!plan.verbose) return;
  process::log_verbose(base::Text<4608>() << process::rank_mark().c_str() << plan.mpi.version
                                          << " at " << plan.mpi.path
                                          << (plan.wanted ? ": ready for MPI_Comm_spawn"
                                                          : ": nothing to fix for MPI_Comm_spawn"));
}

}  // namespace

PlanState plan_state() { return state.load(std::memory_order_acquire); }
const Plan& plan() { return plan_state() == PlanState::ready ? the_plan : no_plan; }
bool edits_lines() { return line_editor.load(std::memory_order_relaxed); }

void mpi_is_starting() {
  PlanState none = PlanState::none;
  state.compare_exchange_strong(none, PlanState::starting, std::memory_order_relaxed);
}

void prepare(const void* caller) {
  if (plan_state() == PlanState::ready) return;
  const base::SpinGuard guard(making);
  if (plan_state() == PlanState::ready) return;
  if (guard.inherited())
    new (&the_plan) Plan;  // in place: it is larger than a thread's stack may be
  state.store(PlanState::starting, std::memory_order_relaxed);
  make(the_plan, caller);
  // Where no MPI is loaded yet, a later call looks again.
  const bool found = the_plan.mpi.family != stack::Mpi::Family::none;
  state.store(found ? PlanState::ready : PlanState::none, std::memory_order_release);
}

void note_terminal_modes(int terminal, const termios* modes) {
  // getpass clears ECHO alone; a program that clears ICANON edits lines itself.
  if (!modes || modes->c_lflag & ICANON || edits_lines()) return;
  pid_t session;  // of the master side of a terminal, it is that of the programs on its other side
  if (!base::system_call(SYS_ioctl, terminal, TIOCGSID, &session) &&
      session == base::system_call(SYS_getsid, 0))
    line_editor.store(true, std::memory_order_relaxed);
}

}  // namespace remedies::spawn
