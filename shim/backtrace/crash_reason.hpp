#pragma once
#include <signal.h>

#include "base/text.hpp"

namespace reason {

/// The signals that a crash sends; bit N: signal N.
constexpr unsigned long crashes = 1UL << SIGSEGV | 1UL << SIGBUS | 1UL << SIGILL | 1UL << SIGFPE;

/// "SIGSEGV"
const char* name(int signal);

/// "address not mapped", "sent by pid 12"
Text<64> words(const siginfo_t& info);

/// Whether si_addr says where.
bool has_address(const siginfo_t& info);

/// Whether it came from elsewhere, or too late: the instruction where it arrived does not fail
/// again.
bool was_sent(const siginfo_t& info);

}  // namespace reason
