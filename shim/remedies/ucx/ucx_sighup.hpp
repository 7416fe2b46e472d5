// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "remedies/remedy.hpp"
#include "remedies/ucx/user.hpp"

namespace remedies::ucx {

#pragma GCC visibility push(hidden)
extern const Remedy ucx_sighup;
#pragma GCC visibility pop

/// What UCX is to read as UCX_DEBUG_SIGNO, given what the user set. Async-signal-safe.
/// @return nullptr: what it would read anyway
const char* debug_signal(const User& user);

}  // namespace remedies::ucx
