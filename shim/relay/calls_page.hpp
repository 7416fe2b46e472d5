// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace relay {

/// Makes the page that the relay shares with the program (protocol/spawn_calls.hpp), behind the
/// descriptor protocol::spawn_calls_descriptor. To be called while that number is free, and before
/// the relay connects.
/// @return the descriptor, closed at execve; -1 where no page can be made: then no call of
/// MPI_Comm_spawn is given up
int make_calls_page();

}  // namespace relay
