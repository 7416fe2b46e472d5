// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// libmpi's meeting with its children, after hydra has answered a spawn. It waits for ever for
// children that have ended before they called MPI_Init: then sidestep-connect meets it in their
// place, and the library's MPI_Comm_spawn returns an error (remedies/spawn/call.hpp).
#include <optional>
#include <string>

#include "protocol/spawn_calls.hpp"
#include "relay/caller.hpp"
#include "relay/spawn_progress.hpp"

namespace relay {

/// The file of sidestep-connect, beside this program's; that is where it was, if it is gone.
std::string connect_program();

/// The port on which libmpi waits for its children, as its spawn request passes it on to them; ""
/// where that does not say.
std::string port_in(const std::string& spawn);

class Meeting {
 public:
  /// @param progress of the spawn, and up
  /// @param port where libmpi waits for its children; ""
  Meeting(SpawnProgress progress, std::string port);

  enum class State { waiting, over, missed, broken_off };
  /// over: there is nothing to wait for. missed: all children have ended, or sidestep-connect has
  /// failed, and libmpi still waits. broken_off: as missed, but libmpi has met one of the children,
  /// and would take what sidestep-connect sends for the rest of what that had to say.
  State look(const protocol::SpawnCalls& calls);
  Clock::time_point next_look() const { return next_look_; }

  /// sidestep-connect, a child of this process, is on its way.
  void sent(pid_t connect);
  int times_sent() const { return times_sent_; }

  /// Where libmpi waits, as MPI_Comm_connect takes it.
  const std::string& port() const { return port_; }

 private:
  State look_at_connect(Clock::time_point now, bool idle);

  SpawnProgress progress_;
  std::string port_;
  Clock::time_point next_look_ = Clock::now();
  std::optional<Clock::time_point> without_;  // since when nothing of them is seen
  std::optional<Clock::time_point> failed_;   // when sidestep-connect ended without success
  pid_t connect_ = 0;
  int times_sent_ = 0;
};

}  // namespace relay
