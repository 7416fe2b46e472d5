// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// sidestep-relay at work: between a singleton, which takes it for mpiexec, and the hydra that
// serves it. Once hydra is there these are two processes: one that converses, and its parent, which
// watches over it, over hydra and over the program, and takes over where it is killed: libmpi takes
// a connection that closes badly.
#include <memory>

#include "relay/caller.hpp"
#include "relay/hydra.hpp"
#include "relay/options.hpp"
#include "relay/session.hpp"
#include "relay/shared_state.hpp"
#include "relay/watch.hpp"

namespace relay {

class Relay {
 public:
  explicit Relay(Options options);

  /// Serves the singleton to its end. @return the program's exit status
  int run();

 private:
  /// Has a process of its own converse with the program, again and again where it is killed.
  void guard();
  int be_server();
  /// Waits for the end of that process. @return whether it ended as it should
  bool watch_over(pid_t server);
  void take_over();

  Options options_;
  Caller caller_;
  Watch watch_;
  SharedState* shared_;
  Hydra hydra_;
  Session session_;
  std::unique_ptr<char[]> reserve_;  // memory, for when there is no more
};

}  // namespace relay
