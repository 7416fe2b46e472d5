#pragma once

namespace remedies::ucx {

/// What UCX is told when it asks for the environment variable `name` and the user has not set it;
/// nullptr: nothing. Async-signal-safe, runs before constructors: UCX asks in its own
/// (src/ucs/sys/init.c:98@v1.20.0).
const char* setting(const char* name);

}  // namespace remedies::ucx
