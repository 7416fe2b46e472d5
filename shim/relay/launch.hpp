#pragma once
// How far hydra has come with a spawn. It answers before it has reached the hosts, and libmpi then
// waits for ever for children that no host runs.
#include <sys/types.h>

#include <set>
#include <string>

#include "relay/caller.hpp"

namespace relay {

class Launch {
 public:
  /// Before hydra is asked to spawn.
  /// @param launcher what was started: hydra, or a script around it
  explicit Launch(pid_t launcher);

  enum class State { under_way, up, failed };
  /// up: as many proxies are connected as hydra has started programs (ssh, srun, proxies on this
  /// host), or nothing can be seen of them. failed: one of these ended, or it takes too long.
  State look();
  Clock::time_point next_look() const { return next_look_; }

  /// Ends what was started.
  void end() const;

 private:
  pid_t hydra_;
  Clock::time_point asked_ = Clock::now(), next_look_ = asked_;
  std::set<pid_t> earlier_children_, launchers_;
  std::set<std::string> earlier_connections_;
  bool seen_whole_ = false;
};

}  // namespace relay
