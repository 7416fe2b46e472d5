// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Who is at the other end of a TCP connection within this machine. TCP itself does not say; the
// kernel's table does.
#include <netinet/in.h>

#include "base/text.hpp"

namespace base {

/// What the kernel says of a TCP socket.
struct TcpSocket {
  bool known = false;  ///< false: the kernel does not say
  bool found = false;
  unsigned long uid = 0, inode = 0;  ///< inode 0: its process has closed it
};

/// The socket at one end of a connection within this machine. Asks sock_diag(7), and /proc/net/tcp
/// where the kernel has none. Async-signal-safe; changes errno.
TcpSocket find_tcp_socket(const sockaddr_in& end, const sockaddr_in& other_end);

/// Why the other end of this connection is not to be trusted: it belongs to another user, is on
/// another machine, or has closed already. Async-signal-safe; keeps errno.
/// @param peer as accept told it: a sandbox may end who asks with getpeername, which libmpi does
/// not
/// @return empty: it is our own user's, or comes from loopback and the kernel does not say whose it
/// is (sandboxes without both)
Text<64> reason_to_reject(int connection, const sockaddr_in& peer);

}  // namespace base
