// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <sys/types.h>

/// A process of sidestep's own in which a crash is looked at. It shares this one's memory and has a
/// stack of its own; the thread that crashed waits with a deadline.
///
/// Why not the handler itself, with a timer's signal and siglongjmp: libunwind blocks every signal
/// while it asks the loader (Gfind_proc_info-lsb.c:806@v1.6.2), so no signal gets a thread out of
/// there when another one holds the loader's lock. And why no thread of this process: where the
/// crash damaged what libunwind reads there, the kernel ends whoever reads it, for the signal is
/// blocked. That ends the helper now, and the core file is of the thread that crashed.
///
/// Nobody in the program notices the process: its end sends no signal, only a wait with __WCLONE or
/// __WALL sees it, it leaves no core file, and it ends with the program. Where no such process can
/// be made (qemu, some sandboxes) it is a thread.
namespace backtrace::helper {

/// How often run() may be called in one process. Each call has a stack that is never used again,
/// for the helper before may still be on its own.
constexpr int attempts = 4;

/// Maps the stacks. @return whether they are there; also when called again
bool prepare();

enum class End { done, crashed, too_long, no_helper };

/// Runs `work` in a new helper, which shares the caller's thread-local variables: the caller does
/// nothing meanwhile, and a lock that the caller holds and may take again, the helper may too. All
/// signals must be blocked. A helper that is late is killed. Async-signal-safe.
/// @param attempt 0 at first, then the next
/// @param crashes the signals that are not blocked in the helper (bit N: signal N)
/// @param seconds the deadline
End run(void (*work)(), int attempt, unsigned long crashes, int seconds);

/// Whether this thread is one of run()'s helpers.
bool is_here(pid_t thread);

/// Ends this helper if run() waits for it no more: it hung, and another one has taken over. Needed
/// where helpers are threads, which cannot be killed.
void leave_if_late();

/// Ends a helper, for which run() returns End::crashed.
[[noreturn]] void leave();

}  // namespace backtrace::helper
