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

/// libmpi makes an endpoint in UCX. While MPI_Comm_spawn is under way that is a child's, and
/// sidestep-connect is of no use any more. Any thread.
void note_endpoint();

/// Whether what libmpi hands to ucp_request_release is dropped where it is an error, no request:
/// that of a child that ended before libmpi could send to it, which MPICH 5.0 releases
/// (MPIDI_UCX_dynamic_sendrecv, ucx_spawn.c:203@v5.0.0) before it returns MPI_ERR_PORT.
bool drops_failed_requests();

/// Tells sidestep-relay how many communicators join the program and its children (connected.hpp).
void share_connected(int count);

/// When the relay has spoken: goes on counting calls in the page that it shares with this process.
/// Until then, and where the page cannot be had (no /proc, another user's relay), they are counted
/// for this process alone: then no call is ever given up. Allocates only in the kernel; keeps
/// errno.
void adopt_page(pid_t relay);

}  // namespace remedies::spawn
