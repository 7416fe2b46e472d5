// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// libsidestep-backtrace.so: tells where a program crashed, as UCX's handler would have done, then
// lets it die as it would have died. To be opened with RTLD_NOW: what is bound at the crash takes
// the loader's lock.
#include "protocol/backtrace_start.hpp"

/// protocol::BacktraceStart, protocol::BacktraceReset and protocol::BacktraceOwnAction; the library
/// exports nothing else.
extern "C" __attribute__((visibility("default"))) unsigned long sidestep_backtrace_start_1(
    const protocol::BacktraceSetup* setup);
extern "C" __attribute__((visibility("default"))) void sidestep_backtrace_reset_1(int signal);
extern "C" __attribute__((visibility("default"))) void sidestep_backtrace_own_action_1(
    int signal, base::SignalAction& action);
