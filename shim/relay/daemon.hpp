// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <sys/types.h>

#include <string>

namespace relay {

/// The process that goes on with MPI where the program has become a daemon: it has the other end of
/// this connection open, and libmpi loaded, and has left this process's session. A child that merely
/// inherited the connection stays in the session. Reads /proc.
/// @param connection over TCP, on this host
/// @param library the program's libmpi, links resolved
/// @return 0 where there is none
pid_t daemon_behind(int connection, const std::string& library);

}  // namespace relay
