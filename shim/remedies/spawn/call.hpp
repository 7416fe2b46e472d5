// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "abi/handle.hpp"
#include "protocol/spawn_calls.hpp"

namespace remedies::spawn {

/// What a call of MPI_Comm_spawn was given.
struct CallArguments {
  abi::OpaqueHandle comm;
  abi::OpaqueHandle* intercomm;
  int count;            ///< of commands
  const int* maxprocs;  ///< how many children each of them is to have
  int* errcodes;        ///< one for each child, or nullptr
};

/// One such call, from before libmpi has it until after. Where its children ended before libmpi met
/// them, sidestep-relay has another process meet it in their place (relay/meeting.hpp), and the
/// call fails with MPI's error.
class Call {
 public:
  explicit Call(const CallArguments& arguments);

  /// @param code what libmpi returned
  /// @return what MPI_Comm_spawn returns
  int end(int code);

 private:
  const CallArguments arguments_;
  protocol::SpawnCalls* calls_;
  unsigned given_up_ = 0;
  bool alone_ = false;
};

/// Tells sidestep-relay how many communicators join the program and its children (connected.hpp).
void share_connected(int count);

/// Before libmpi forks its launcher: makes the page that is shared with it, once. Allocates only in
/// the kernel; keeps errno.
void share_page();
/// In the parent, after that fork: closes the page's descriptor, which is not needed any more.
void close_page_descriptor();
/// In the forked child: the page's descriptor stays open across execve from now on.
/// Async-signal-safe.
/// @return the descriptor; -1 where there is none
int inherit_page_descriptor();

}  // namespace remedies::spawn
