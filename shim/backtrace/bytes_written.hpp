// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace backtrace {

/// How many bytes the calling thread has written so far, to whatever file: whether a handler of the
/// program's said something about a crash, or nothing. Async-signal-safe.
/// @return -1 where the kernel does not say (no /proc, no task accounting)
long bytes_written();

}  // namespace backtrace
