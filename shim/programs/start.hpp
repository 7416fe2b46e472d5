#pragma once
// Programs that sidestep-relay starts.
#include <sys/types.h>
#include <unistd.h>

#include <chrono>
#include <set>
#include <string>
#include <vector>

namespace relay {

struct Start {
  std::vector<std::string>
      argv;  ///< argv[0] is the file's path; "@PID" stands for the new process's own id
  bool own_session = true;
  bool null_stdin = true;
  int stdin_from = -1;                     ///< a descriptor that becomes its stdin instead
  bool silent = false;                     ///< /dev/null is its stdout and stderr
  std::vector<std::string> environment{};  ///< NAME=VALUE, beside ours
};

/// Starts a program. @return its id. Throws std::system_error where it cannot be run.
pid_t start(const Start& what);

/// What a program prints on stdout, in a session of its own with no stdin and no stderr; it is
/// killed after `limit` or 64 KiB. Empty where it cannot be run.
std::string output_of(const std::vector<std::string>& argv, std::chrono::milliseconds limit);

/// What a process has started and not yet waited for.
std::set<pid_t> children_of(pid_t process);

/// The name of its program, 15 characters at most; "" where it is gone.
std::string name_of(pid_t process);

/// Neither gone nor waited for.
bool is_alive(pid_t process);

/// The living processes that descend from `root`, itself left out.
std::vector<pid_t> descendants(pid_t root = getpid());

}  // namespace relay
