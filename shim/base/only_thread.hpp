// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace base {

/// Whether this process has one thread: then no other thread holds a lock for good reason, and the
/// child of a fork may find one held by nobody. Async-signal-safe; keeps errno.
/// @return false also where /proc does not say
bool is_only_thread();

}  // namespace base
