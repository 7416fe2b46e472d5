// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Who is at the other end of a TCP connection within this machine. TCP itself does not say; the
// kernel's table does.
#include <netinet/in.h>

#include "base/text.hpp"

namespace base {

/// Why the other end of this connection is not to be trusted: it belongs to another user, is on
/// another machine, or has closed already. Asks sock_diag(7), and /proc/net/tcp where the kernel
/// has none. Async-signal-safe; keeps errno.
/// @param peer as accept told it: a sandbox may end who asks with getpeername, which libmpi does
/// not
/// @return empty: it is our own user's, or comes from loopback and the kernel does not say whose it
/// is (sandboxes without both)
Text<64> reason_to_reject(int connection, const sockaddr_in& peer);

}  // namespace base
