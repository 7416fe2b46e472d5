// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "remedies/remedy.hpp"
#include "remedies/ucx/user.hpp"

namespace remedies::ucx {

#pragma GCC visibility push(hidden)
extern const Remedy ucx_signals;
#pragma GCC visibility pop

/// What UCX is to read as UCX_HANDLE_ERRORS and as UCX_ERROR_SIGNALS, given what the user set.
/// Async-signal-safe.
/// @return nullptr: what it would read anyway
const char* handle_errors(const User& user);
const char* error_signals(const User& user);

}  // namespace remedies::ucx
