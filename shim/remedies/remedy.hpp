#pragma once
// What a remedy is: one known issue, and what is done about it.
#include "process/report_file.hpp"
#include "base/text.hpp"
#include "stack/mpi.hpp"
#include "stack/ucx.hpp"

namespace remedies {

/// What a remedy may know of the process to decide.
struct Process {
  const real::Mpi& mpi;
  bool singleton;                  ///< started without a process manager
  const real::Ucx* ucx = nullptr;  ///< the UCX that is decided about, where one is mapped
};

enum class Result { applied, not_needed, left_to_user, cannot_help };

struct Outcome {
  Result result;
  Text<256> why;
};

// Texts in place, and no pointers to them: each pointer is relocated in every process.
struct Remedy {
  char id[20];        ///< as users write it: "spawn-stdin"
  char symptom[160];  ///< what goes wrong, one line
  char versions[80];  ///< what is affected, for people
  char acts[200];     ///< what is done, and where, one line
  char links[240];    ///< upstream's threads, separated by spaces
  /// Whether this process needs it. Called in the parent, at MPI_Init or later; may not print.
  Outcome (*decide)(const Process&);
};

enum class Id : unsigned char {
#define SIDESTEP_REMEDY(name) name,
#include "remedies/remedies.def"
#undef SIDESTEP_REMEDY
};

inline constexpr int count = 0
#define SIDESTEP_REMEDY(name) +1
#include "remedies/remedies.def"
#undef SIDESTEP_REMEDY
    ;

// Hidden, for -fvisibility does not reach a declaration: else each is found through a pointer.
#pragma GCC visibility push(hidden)
#define SIDESTEP_REMEDY(name) extern const Remedy name;
#include "remedies/remedies.def"
#undef SIDESTEP_REMEDY

/// All remedies, `count` of them, in the order of remedies.def.
extern const Remedy* const all[count];
#pragma GCC visibility pop

/// What `remedy` comes to in this process: its own decision, after the user's SIDESTEP_SKIP and
/// SIDESTEP_FORCE.
Outcome outcome_of(const Remedy& remedy, const Process& process);

/// "applied", "not needed", "left to the user", "cannot help".
const char* word(Result result);

/// What is said of an outcome: the line of SIDESTEP_VERBOSE, the entry of SIDESTEP_REPORT.
Text<512> line_of(const Remedy& remedy, const Outcome& outcome);
/// @param mpi the version of the MPI library, "": none is known
report::Entry entry_of(const Remedy& remedy, const Outcome& outcome, const char* mpi);

/// Says the outcome where the user asked for it: by SIDESTEP_VERBOSE, in SIDESTEP_REPORT.
void tell(const Remedy& remedy, const Outcome& outcome, const char* mpi);

/// Whether this process was started without a process manager: what libmpi itself goes by
/// (simple_pmi.c, getPMIFD@v3.4.3; pmi_v1.c@v5.0.1).
bool is_singleton();

/// One line for each name in SIDESTEP_SKIP and SIDESTEP_FORCE that is no remedy.
void warn_of_unknown_names();

}  // namespace remedies
