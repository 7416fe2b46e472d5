// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// A site's settings, in a file: the environment's names, for all processes or for some.
//
//   SIDESTEP_SKIP=ucx-sighup
//   [program vasp* /opt/codes/*; host gpu*]
//   SIDESTEP_UCX_MEMTYPE_CACHE=keep
//   [rank 1-]
//   SIDESTEP_VERBOSE=0
//   [all]
//
// A section holds for the processes that meet all of its conditions; what stands later in the file
// wins. A pattern with a '/' is compared with the program's whole path, both as it was executed and
// as the kernel resolves it: "./vasp" is /opt/codes/vasp too.

#include "base/text.hpp"

namespace process {

/// What the conditions of a section are compared with.
struct Identity {
  const char* program;
  const char* host;
  int rank;
  /// Writes the path of the program's file, links resolved; called where a pattern has a '/'.
  void (*file)(char (&into)[4096]) = nullptr;
};

/// Applies one setting that holds for the process.
/// @param where it stands: "FILE:LINE"; nullptr: in the environment
/// @return what is wrong with it; nullptr: nothing is
using ApplySetting = const char* (*)(void* into, const char* name, const char* value,
                                     const char* where);

enum class ConfResult { done, no_file, failed };

/// Calls `apply` for each setting of the file that holds for the process, in the file's order. Of
/// each wrong line it warns, with the line's number, up to ten times, and goes on.
/// Async-signal-safe; keeps errno.
ConfResult read_conf(const char* file, const Identity& process, ApplySetting apply, void* into);

/// One line on stderr about a setting; of a job's ranks, rank 0 says it. Async-signal-safe.
void warn(const base::Text<1024>& line);

/// From now on `to` gets what warn() would say, in every rank.
using Warnings = void (*)(const char* line);
void divert_warnings(Warnings to);

/// Whether the whole of `text` matches `pattern`, in which '*' stands for anything and '?' for one
/// character.
bool matches(const char* pattern, const char* text);

}  // namespace process
