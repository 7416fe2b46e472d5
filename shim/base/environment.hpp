#pragma once

namespace real {

/// The value of an environment variable as libc's own getenv gives it, past every hook; nullptr
/// where it is not set. Async-signal-safe, runs before constructors.
char* environment(const char* name);

}  // namespace real
