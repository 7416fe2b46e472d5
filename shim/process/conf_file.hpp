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
// A section holds for the processes that all its conditions name; what stands later in the file
// wins. A pattern with a '/' is compared with the program's whole path, as it was executed and as
// the kernel has it: "./vasp" is /opt/codes/vasp too.

#include "base/text.hpp"

namespace settings {

/// What the conditions of a section are compared with.
struct Process {
  const char* program;
  const char* host;
  int rank;
  /// The path of the program's file, links resolved; called where a pattern has a '/'.
  void (*file)(char (&into)[4096]) = nullptr;
};

/// One setting that holds for the process, and where it stands: "FILE:LINE".
/// @return what is wrong with it; nullptr: nothing is
using Apply = const char* (*)(void* into, const char* name, const char* value, const char* where);

enum class Reading { done, no_file, failed };

/// Calls `apply` for each setting of the file that holds for the process, in the file's order. Of
/// what is wrong it complains with the line, of the first ten such lines, and goes on.
/// Async-signal-safe.
Reading read_conf(const char* file, const Process& process, Apply apply, void* into);

/// Says what is wrong with a setting; of a job's ranks one says it.
void complain(const Text<1024>& line);
using Complaints = void (*)(const char* line);
/// From now on `to` gets what complain() would say, in every rank.
void divert_complaints(Complaints to);

/// Whether the whole of `text` is as `pattern` says, in which '*' stands for anything and '?' for
/// one character.
bool matches(const char* pattern, const char* text);

}  // namespace settings
