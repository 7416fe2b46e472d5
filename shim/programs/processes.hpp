#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace runner {

struct Status {
  pid_t parent = 0;
  bool alive = false;  ///< neither a zombie nor dead
};

/// What /proc tells of a process; nothing where there is none, or /proc cannot be read.
std::optional<Status> status_of(pid_t pid);

/// The living processes below `root`, itself not among them, in no order. A process that moves to
/// another parent during the look may be missed: who must find all looks again.
std::vector<pid_t> descendants(pid_t root);

/// "pid comm args", or "" where the process is gone.
std::string name_process(pid_t pid);

}  // namespace runner
