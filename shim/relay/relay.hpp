// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// sidestep-relay at work: between a singleton, which takes it for mpiexec, and the hydra that
// serves it. Once hydra is there these are two processes: one that converses, and its parent, which
// watches over it, over hydra and over the program, and takes over where it is killed: libmpi takes
// a connection that closes badly.
#include <memory>
#include <optional>

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
  /// Starts hydra. @return whether it serves; else it was said why
  bool start_hydra();
  /// The same in place of one that has ended, with what that has left.
  void renew_hydra();
  /// Has a process of its own converse with the program, again and again where it is killed, and
  /// starts a new hydra where it wants one.
  void guard();
  Session::Outcome be_server();
  /// Waits for the end of that process. @return nothing where it was killed or failed
  std::optional<Session::Outcome> watch_over(pid_t server);
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
