// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <signal.h>

#include "base/text.hpp"

namespace backtrace {

/// The signals that a crash sends; bit N: signal N.
constexpr unsigned long crash_signals =
    1UL << SIGSEGV | 1UL << SIGBUS | 1UL << SIGILL | 1UL << SIGFPE;

/// "SIGSEGV"; "a signal" for any that no crash sends. Async-signal-safe, as all of this.
const char* signal_name(int signal);

/// "address not mapped", "sent by pid 12"
base::Text<64> describe(const siginfo_t& info);

/// Whether si_addr says where it happened.
bool has_address(const siginfo_t& info);

/// Whether it was sent, or came too late: the instruction where it arrived does not fail again.
bool was_sent(const siginfo_t& info);

}  // namespace backtrace
