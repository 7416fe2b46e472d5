// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <signal.h>
#include <sys/types.h>

namespace backtrace::program_handler {

/// What the program's own handlers do with a crash. Those that say nothing and give up have it
/// traced; after those that have said something, a trace would be a second one. All of it is
/// async-signal-safe.

/// This thread's handler is about to be called.
void note_call(pid_t thread);

/// The program has set the signal's default action. In a handler of that signal, that is how it
/// gives up.
void note_reset(int signal, pid_t thread);

/// Whether this thread's handler wrote anything, to whatever file, before it gave up or after.
bool has_spoken(pid_t thread);

}  // namespace backtrace::program_handler
