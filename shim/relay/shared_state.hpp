// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <string>

#include "relay/caller.hpp"

namespace relay {

/// What the relay's two processes share, in memory that both map.
struct SharedState {
  enum class Greeting { none, said, done } greeting = Greeting::none;
  char request[128] = {};  ///< how the request begins that has no answer yet
  /// The program called MPI_Finalize, and hydra knows: their children may go on.
  bool finalized = false;
  int status = 0;  ///< the relay's exit status

  /// One line on stderr, unless the program has ended: nobody wants to hear that it was killed.
  /// From then on the relay has failed.
  void complain(const Caller& caller, const std::string& text);
};

/// Maps it; every process that is forked later shares it. Throws std::bad_alloc.
SharedState* make_shared_state();

}  // namespace relay
