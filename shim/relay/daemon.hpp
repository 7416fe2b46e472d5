// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <sys/types.h>

#include <string>

namespace relay {

/// Who else has the other end of a connection open, and libmpi loaded: forked by the program.
struct Holder {
  pid_t pid = 0;  ///< 0: nobody
  /// It has left this process's session: the program has become a daemon, and goes on there. A
  /// child that merely inherited the connection stays in the session.
  bool is_daemon = false;
};

/// A daemon, where there is one. Reads /proc.
/// @param connection over TCP, on this host
/// @param library the program's libmpi, links resolved
Holder holder_of(int connection, const std::string& library);

}  // namespace relay
