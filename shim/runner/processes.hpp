#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace runner {

/// The living processes below `root`, itself not among them, in no order. A process that moves to
/// another parent during the look may be missed: who must find all looks again.
std::vector<pid_t> descendants(pid_t root);

/// "pid comm args", or "" where the process is gone.
std::string name_process(pid_t pid);

}  // namespace runner
