// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The communicators that join this program and children that it spawned. While there is one, the
// program may wait for a message of the children's: where these are gone with hydra, a batch
// program would wait for ever, and sidestep-relay ends it (relay/session.hpp). Not followed: copies
// that MPI_Comm_dup and its like make.
//
// Any thread may call any of these; none in a signal handler, nor in a forked child.
#include <cstdint>

#include "abi/handle.hpp"

namespace remedies::spawn {

/// A communicator's handle as it is compared here: its lower half, all that MPICH's have.
using CommHandle = std::uint32_t;

/// The handle behind a pointer, which may be one to MPICH's int.
CommHandle handle_at(const abi::OpaqueHandle* comm);

/// MPI_Comm_spawn, or MPI_Intercomm_merge of such a communicator, has made this one. nullptr: of
/// processes that are not its root, which MPI lets pass it.
void connected(const abi::OpaqueHandle* comm);
/// This one exists no more; any communicator.
void disconnected(CommHandle comm);
bool is_connected(abi::OpaqueHandle comm);

}  // namespace remedies::spawn
