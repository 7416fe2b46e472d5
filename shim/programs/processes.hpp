// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Other processes, as /proc shows them. What has just started or ended may be missed: look again.
#include <sys/types.h>
#include <unistd.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace programs {

struct ProcessStatus {
  pid_t parent = 0;
  bool alive = false;    ///< neither a zombie nor dead
  bool stopped = false;  ///< by SIGSTOP, or by the terminal
  bool traced = false;   ///< stopped, and a debugger or strace looks at it
  pid_t session = 0;
};

/// Nothing where there is no such process, or /proc cannot be read.
std::optional<ProcessStatus> status_of(pid_t process);

/// Whether a process exists and has not ended.
bool is_alive(pid_t process);

/// Waits until a child has ended, whatever signals come meanwhile.
/// @return how it ended, as waitpid(2) says it; -1: there is no such child
int wait_for(pid_t child);

/// Whether a process is stopped: by SIGSTOP, or by the terminal.
bool is_stopped(pid_t process);

/// Continues a process that is stopped. @return whether it was
bool continue_if_stopped(pid_t process);

/// How often the process was taken off a processor, because it waited or was preempted: unchanged,
/// it has not run. Of its main thread; -1 where that is not known.
long context_switches(pid_t process);

/// What a process has started, in any of its threads, and not yet waited for.
std::set<pid_t> children_of(pid_t process);

/// The living processes that descend from `root`, itself left out; a parent before its children.
std::vector<pid_t> descendants(pid_t root = getpid());

/// The name of its program, 15 characters at most; "" where it is gone.
std::string command_name(pid_t process);

/// "PID NAME ARGUMENTS"; "" where it is gone.
std::string describe_process(pid_t process);

}  // namespace programs
