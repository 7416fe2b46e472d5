// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <sys/types.h>

namespace remedies::spawn {

/// The port on which this socket listens; 0 where it is none of TCP's. Async-signal-safe.
int port_of(int listener);

/// Starts a process that connects to this port in the launcher's place, and lets every spawn fail
/// with MPI's error for as long as the program lives.
/// @return the process, or -1 where none can be started
pid_t stand_in(int listener);

}  // namespace remedies::spawn
