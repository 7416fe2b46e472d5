// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What a remedy is: one known issue, and what is done about it.
#include "base/text.hpp"
#include "process/report_file.hpp"
#include "stack/mpi.hpp"
#include "stack/ucx.hpp"

namespace remedies {

/// What a remedy may know of the process to decide whether it applies.
struct ProcessFacts {
  const stack::Mpi& mpi;
  bool singleton;                   ///< started without a process manager
  const stack::Ucx* ucx = nullptr;  ///< the UCX that is decided about, where one is loaded
  bool keeps_cache = false;         ///< cuda-allocations may keep UCX's memory type cache on
};

enum class Result {
  applied,
  armed,  ///< ready for what has not happened so far: a crash
  not_needed,
  left_to_user,
  cannot_help
};

/// Whether the remedy acts here, now or when its time comes.
constexpr bool is_active(Result result) {
  return result == Result::applied || result == Result::armed;
}

struct Outcome {
  Result result;
  base::Text<256> why;
};

// Its texts are the command's: shim/known/. Here they would be mapped into every process.
struct Remedy {
  char id[20];  ///< as users write it: "spawn-stdin"; in place, for a pointer is relocated
                ///< everywhere
  /// Whether this process needs it. Called in the parent, at MPI_Init or later; may not print.
  Outcome (*decide)(const ProcessFacts&);
};

/// What `remedy` comes to in this process: its own decision, after the user's SIDESTEP_SKIP and
/// SIDESTEP_FORCE.
Outcome outcome_of(const Remedy& remedy, const ProcessFacts& facts);

/// Whether SIDESTEP_FORCE names the remedy.
bool is_forced(const Remedy& remedy);

/// Whether the remedy is switched off: SIDESTEP_SKIP names it, or SIDESTEP_DISABLE is set.
bool is_left_out(const Remedy& remedy);

/// "applied", "armed", "not needed", "left to the user", "cannot help".
const char* word(Result result);

/// An outcome as SIDESTEP_VERBOSE prints it.
base::Text<512> line_of(const Remedy& remedy, const Outcome& outcome);
/// An outcome as SIDESTEP_REPORT has it.
/// @param mpi the version of the MPI library, "": none is known
process::ReportEntry entry_of(const Remedy& remedy, const Outcome& outcome, const char* mpi);

/// Reports the outcome where the user asked for it: by SIDESTEP_VERBOSE, in SIDESTEP_REPORT.
void report(const Remedy& remedy, const Outcome& outcome, const char* mpi);

/// Whether this process was started without a process manager, by what libmpi itself goes by
/// (simple_pmi.c, getPMIFD@v3.4.3; pmi_v1.c@v5.0.1), and as getenv answers libmpi
/// (spawn/stale_pmi.hpp).
bool is_singleton();

/// One line for each name in SIDESTEP_SKIP and SIDESTEP_FORCE that is no remedy's.
void warn_of_unknown_names();

}  // namespace remedies
