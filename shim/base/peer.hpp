#pragma once
// Who is at the other end of a TCP connection within this machine. TCP itself does not tell; the
// kernel's table does.
#include "base/text.hpp"

namespace peer {

/// Why this connection's other end is not to be trusted: it is another user's, of another machine,
/// or has gone already. Empty: it is our own user's, or the kernel does not tell (some sandboxes).
/// Async-signal-safe; keeps errno.
Text<64> objection_to(int connection);

}  // namespace peer
