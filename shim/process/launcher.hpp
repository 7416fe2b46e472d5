#pragma once

namespace launcher {

/// This process's rank as its launcher says it; -1 where there is no launcher. Async-signal-safe.
long rank();

}  // namespace launcher
