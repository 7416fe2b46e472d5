#pragma once
// What the user and the site asked for: the environment, before the file that SIDESTEP_CONFIG
// names, before etc/sidestep.conf of our prefix. Read once, when an MPI, UCX or CUDA starts, never
// on a hot path. docs/environment.md tells users of each.
#include "process/conf_file.hpp"

namespace settings {

using Where = Text<512>;  ///< "FILE:LINE"; empty: the environment

enum class Interactive { by_terminal, yes, no };

struct Settings {
  bool disabled = false;  ///< SIDESTEP_DISABLE: every hook passes through
  bool verbose = false;   ///< SIDESTEP_VERBOSE: outcomes on stderr
  Interactive
      interactive{};         ///< SIDESTEP_INTERACTIVE: is this a prompt, which Ctrl-C must not end?
  bool keeps_cache = false;  ///< SIDESTEP_UCX_MEMTYPE_CACHE=keep: UCX's memory type cache, where
                             ///< that can be proved right
  char skip[512] = {};       ///< SIDESTEP_SKIP: remedies left out, separated by commas
  char force[512] =
      {};  ///< SIDESTEP_FORCE: remedies applied where the version says they need not be
  Where disabled_where = {}, skip_where = {}, force_where = {};
  char report[1024] =
      {};  ///< SIDESTEP_REPORT: a file that outcomes are appended to, one JSON object a line
  char doctor[1024] = {};  ///< SIDESTEP_DOCTOR, set by `sidestep doctor` alone: a file for the
                           ///< diagnosis, after which the process ends
};

/// The settings of this process. The first call reads them; not for the forked child.
const Settings& get();

/// Calls `apply` for all that is set for this process, the weakest first: files, then the
/// environment, whose `where` is nullptr. Names in a file may be no setting's.
void each_set(Apply apply, void* into);

/// An Apply for `into`, a Settings.
const char* take(void* into, const char* name, const char* value, const char* where);

/// Whether `list`, separated by commas, names `id`.
bool names(const char* list, const char* id);

/// Calls `visit(item, length)` for each item of a list separated by commas; empty items are passed
/// over.
template <class Visit>
void each(const char* list, Visit visit) {
  for (const char* item = list; *item;) {
    const char* end = item;
    while (*end && *end != ',') ++end;
    if (end != item) visit(item, static_cast<unsigned long>(end - item));
    item = *end ? end + 1 : end;
  }
}

}  // namespace settings
