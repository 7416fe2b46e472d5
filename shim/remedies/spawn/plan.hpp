// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// How the launcher of a singleton's MPI_Comm_spawn is started instead. All that needs memory or
// locks is done here, in the parent; between fork and exec only what lies ready is used.
#include <termios.h>

#include "base/trust.hpp"
#include "process/settings.hpp"
#include "remedies/spawn/spawn_remedies.hpp"

namespace remedies::spawn {

struct Plan {
  bool wanted = false;  ///< at least one spawn remedy applies
  stack::Mpi mpi;
  char relay[4096] = {};          ///< sidestep-relay, absolute
  base::Distrust not_run;         ///< why it is not run: another user could have written it
  base::Text<256> remedies;       ///< ids of those that apply, separated by commas
  bool refuses = false;           ///< spawn-refuse is among them
  bool needs_relay = false;       ///< without it this MPI's spawn hangs; others work, if less well
  const char* library = nullptr;  ///< this library's file
  bool verbose = false;
  process::Interactive interactive{};
  char report_file[1024] = {};
  struct Line {
    base::Text<512> verbose;
    process::ReportEntry report;
  } lines[remedy_count];  ///< what is reported when the launcher is started
  int line_count = 0;
};

/// Whether there is a plan. starting: an MPI is starting, or has started, and there is none yet.
enum class PlanState : int { none, starting, ready };
PlanState plan_state();

/// The plan, or, while there is none, one in which nothing is wanted. Async-signal-safe.
const Plan& plan();

/// getenv("PMI_FD") was called: an MPI is starting in this process. Async-signal-safe, works before
/// constructors have run.
void mpi_is_starting();

/// Makes the plan, once; later calls return at once. At MPI_Init and MPI_Comm_spawn. Any thread;
/// takes the loader's locks and may allocate.
/// @param caller an address in the object that called MPI, or nullptr
void prepare(const void* caller);

/// The program changed a terminal's modes. A line editor (readline, prompt_toolkit) shows that this
/// is a prompt, if it is the terminal that the program was started on. Keeps errno.
void note_terminal_modes(int terminal, const termios* modes);
/// Whether the program was seen to edit lines on its terminal. Async-signal-safe.
bool edits_lines();

}  // namespace remedies::spawn
