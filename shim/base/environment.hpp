// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace base {

/// getenv, past this library's hook: the next one's, and so libc's own, with what it guarantees
/// while others change the environment (glibc 2.41). As a tail call.
/// @return nullptr where it is not set
/// Async-signal-safe; works before constructors have run.
char* environment(const char* name);

}  // namespace base
