// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <sys/types.h>

/// A thread of sidestep's own in which a crash is looked at, on a stack of its own, while the
/// thread that crashed waits with a deadline.
///
/// Why a thread, and not the handler itself with a timer's signal and siglongjmp: libunwind blocks
/// every signal while it asks the loader (Gfind_proc_info-lsb.c:806@v1.6.2), so no signal gets a
/// thread out of there when another one holds the loader's lock. It can only be left behind. And
/// the kernel changes the stack, with no assembler of ours: the alternate stack is the program's,
/// and may have 8 KiB.
namespace backtrace::helper_thread {

/// How often run() may be called in one process. Each call has a stack that is never used again,
/// for the thread before may still be on its own.
constexpr int attempts = 3;

/// Maps the stacks. @return whether they are there; also when called again
bool prepare();

enum class End { done, crashed, too_long, no_thread };

/// Runs `work` in a new thread, which shares the caller's thread-local variables: the caller does
/// nothing meanwhile, and a lock that the caller holds and may take again, the thread may too. All
/// signals must be blocked. Async-signal-safe.
/// @param attempt 0 at first, then the next
/// @param crashes the signals that are not blocked in the thread (bit N: signal N)
/// @param seconds the deadline
End run(void (*work)(), int attempt, unsigned long crashes, int seconds);

/// Whether this thread is one of run()'s.
bool is_here(pid_t thread);

/// Ends this thread if run() waits for it no more: it hung, and another one has taken over.
void leave_if_late();

/// Ends a thread of run()'s, which returns End::crashed.
[[noreturn]] void leave();

}  // namespace backtrace::helper_thread
