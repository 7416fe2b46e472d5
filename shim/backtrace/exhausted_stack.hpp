// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <signal.h>

namespace backtrace {

/// Called in a handler with SA_ONSTACK: whether the stack that the signal interrupted has no room
/// for what the kernel puts there before it calls a handler without SA_ONSTACK. The kernel then
/// calls none and ends the program by SIGSEGV. Async-signal-safe.
/// @param info, context the handler's second and third argument
bool is_stack_exhausted(const siginfo_t* info, const void* context);

}  // namespace backtrace
