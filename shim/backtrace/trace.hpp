// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <signal.h>
#include <sys/types.h>

#include "protocol/backtrace_start.hpp"

/// The text of a trace, in the steps in which something can go wrong. Each continues where the one
/// before it ended or broke off. One crash in a process; async-signal-safe but for libunwind.
namespace backtrace::trace {

struct Crash {
  int signal;
  siginfo_t info;
  const void* context;  ///< the handler's third argument
  pid_t pid, thread;
};

/// Keeps the names of program and host, and the setup. Not in a handler.
void prepare(const protocol::BacktraceSetup& setup);

void begin(const Crash& crash);

/// Makes the file, if there is to be one, and writes the head and the place of the crash. Reads no
/// memory of the program's.
void write_place();

/// The same without the name of the function: what needs no process and little stack.
void write_place_without_names();

/// Finds the frames. Touches whatever the crash left of the stack, and of the loader's lists.
void walk();

/// Why there is no more, for the last line but one.
void set_broken(const char* why);

/// Writes what has not been written yet: frames, with names of functions from the modules' files or
/// without, and the end.
void finish_with_names();
void finish_without_names();

}  // namespace backtrace::trace
