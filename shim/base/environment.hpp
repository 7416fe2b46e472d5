// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace base {

/// getenv, past every hook.
/// @return nullptr where it is not set
/// Async-signal-safe; works before constructors have run.
char* environment(const char* name);

}  // namespace base
