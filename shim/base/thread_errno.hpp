// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace base {

/// errno, found without binding a function of libc: system_call.hpp says why. Async-signal-safe.
int& thread_errno();

}  // namespace base
