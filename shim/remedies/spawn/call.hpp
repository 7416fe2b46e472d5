// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <sys/types.h>

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
  bool counted_ = false, alone_ = false;
  unsigned given_up_ = 0;
};

/// Tells sidestep-relay how many communicators join the program and its children (connected.hpp).
void share_connected(int count);

/// When the relay has spoken: goes on counting calls in the page that it shares with this process.
/// Until then, and where the page cannot be had (no /proc, another user's relay), they are counted
/// for this process alone: then no call is ever given up. Allocates only in the kernel; keeps
/// errno.
void adopt_page(pid_t relay);

}  // namespace remedies::spawn
