// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Whether hydra has anything left to do. Its children have ended, but their output may still be on
// its way to a reader that pauses: a pager, a slow pipe, a terminal that was stopped (Ctrl-S).
#include <sys/types.h>

#include <map>
#include <vector>

#include "relay/clock.hpp"

namespace relay {

class Idleness {
 public:
  /// Looks at the processes of hydra's once; continues those that were stopped.
  /// @return for how long none of them has run while stdout and stderr took output
  Clock::duration look(const std::vector<pid_t>& launchers);

 private:
  std::map<pid_t, long> switches_;  // how often each was taken off a processor
  Clock::time_point since_ = Clock::now();
};

}  // namespace relay
