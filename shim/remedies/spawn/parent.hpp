// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The parent of a singleton's launcher: before and after libmpi forks it, and while libmpi waits
// for it in accept.
#include <sys/socket.h>
#include <sys/types.h>

namespace remedies::spawn {

/// Before any fork. Where it is libmpi's for its launcher, makes what the two are to share
/// (call.hpp); makes the plan where an MPI forks whose start no hook saw (Julia calls it through
/// dlsym). Another fork need not wait for the plan, and perhaps must not: the thread that makes it
/// needs the loader's lock.
/// @param caller an address in the object that called fork
void before_fork(const void* caller);

/// In the parent, after a fork that may be libmpi's for its launcher.
/// @param caller an address in the object that called fork
/// @return what fork returns
pid_t after_fork(pid_t child, const void* caller);

/// Whether this is libmpi, waiting for its launcher on a port that it opens to the whole network.
/// Keeps errno.
/// @param caller an address in the object that called accept
bool waits_for_launcher(int listener, const void* caller);

/// accept, for that. libmpi takes the first connection, and waits for ever where none comes.
/// Here another user's connection is closed; where sidestep-relay ends before it has spoken, or
/// none could be forked, another process stands in, with which spawns fail with MPI's error.
int accept_launcher(int listener, sockaddr* name, socklen_t* size);

}  // namespace remedies::spawn
