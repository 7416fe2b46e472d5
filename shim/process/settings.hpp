// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What the user and the site asked for: the environment, before the file that SIDESTEP_CONFIG
// names, before etc/sidestep.conf of this prefix. Read once, when an MPI, UCX or CUDA starts, never
// on a hot path. docs/environment.md describes each setting.
#include "process/conf_file.hpp"

namespace process {

using SettingPlace = base::Text<512>;  ///< "FILE:LINE"; empty: the environment

enum class Interactive { by_terminal, yes, no };

struct Settings {
  bool disabled = false;  ///< SIDESTEP_DISABLE: every hook passes through
  bool verbose = false;   ///< SIDESTEP_VERBOSE: outcomes on stderr
  /// SIDESTEP_INTERACTIVE: whether this is a prompt, which Ctrl-C must not end
  Interactive interactive{};
  /// SIDESTEP_UCX_MEMTYPE_CACHE=keep: UCX's memory type cache stays on, where that can be shown to
  /// be right
  bool keeps_cache = false;
  char skip[512] = {};   ///< SIDESTEP_SKIP: remedies that are left out, separated by commas
  char force[512] = {};  ///< SIDESTEP_FORCE: remedies that are applied to any version
  SettingPlace disabled_where = {}, skip_where = {}, force_where = {};
  /// SIDESTEP_REPORT: a file that outcomes are appended to, one JSON object a line
  char report[1024] = {};
  /// SIDESTEP_DOCTOR, set by `sidestep doctor` alone: a file for the diagnosis, after which the
  /// process ends
  char doctor[1024] = {};
};

/// The settings of this process. The first call reads them. Any thread; async-signal-safe. Where
/// the kernel has no memory for them, all is switched off.
const Settings& settings();

/// Calls `apply` for all that is set for this process, the weakest first: files, then the
/// environment, whose `where` is nullptr. Names in a file may be no setting's.
void each_setting(ApplySetting apply, void* into);

/// An ApplySetting whose `into` is a Settings.
const char* parse_setting(void* into, const char* name, const char* value, const char* where);

/// Whether a flag of this value is set: "1", "yes", "on", "true". Async-signal-safe.
bool is_yes(const char* text);

/// Whether `list`, separated by commas, holds `id`.
bool list_has(const char* list, const char* id);

/// Calls `visit(item, length)` for each item of a list separated by commas, empty items aside.
template <class Visit>
void each_item(const char* list, Visit visit) {
  for (const char* item = list; *item;) {
    const char* end = item;
    while (*end && *end != ',') ++end;
    if (end != item) visit(item, static_cast<unsigned long>(end - item));
    item = *end ? end + 1 : end;
  }
}

}  // namespace process
