// SPDX-License-Identifier: BSD-3-Clause
#include "programs/start.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "programs/descriptor.hpp"
#include "programs/null_device.hpp"
#include "programs/processes.hpp"

namespace programs {
namespace {

bool hears_sigterm(const SignalState& signals) {
  return !signals.ignored[SIGTERM] && !sigismember(&signals.blocked, SIGTERM);
}

constexpr int nobody = -1;

/// @param report_to gets the errno where the program cannot be run
[[noreturn]] void become(Words argv, const SignalState& signals, int report_to) {
  for (auto& argument : argv)
    if (argument == "@PID") argument = std::to_string(getpid());
  std::vector<char*> pointers;
  for (auto& argument : argv) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  set_signal_state(signals);
  execv(pointers[0], pointers.data());
  const int error = errno;
  if (write(report_to, &error, sizeof error) < 0) _exit(126);
  _exit(127);
}

/// Continues a child that was stopped alone, before its exec: only this process waits for it, and
/// what stops a whole job stops this process too. Under a tracer as well, as strace -f shows a
/// child that is stopped: SIGCONT is then the tracer's to pass on.
void continue_child(pid_t child) {
  const auto status = status_of(child);
  if (status && (status->stopped || status->traced)) kill(child, SIGCONT);
}

/// By which a child says why its program cannot be run; closed where no descriptor is left.
Pipe pipe_for_outcome() try { return make_pipe(); } catch (const std::system_error&) {
  return {};
}

}  // namespace

pid_t start(const StartOptions& options) {
  auto [reader, writer] = pipe_for_outcome();
  const pid_t parent = getpid(), pid = fork();
  if (pid < 0) fail("fork");
  if (!pid) {
    // Where a sandbox refuses the session: what is sent to this process group is not for it.
    if (options.own_session && setsid() < 0) setpgid(0, 0);
    // Where this process is killed (timeout -s KILL kills a whole process group).
    prctl(PR_SET_PDEATHSIG, hears_sigterm(options.signals) ? SIGTERM : SIGKILL);
    if (getppid() != parent) _exit(127);
    if (options.null_stdin) null_on(STDIN_FILENO, O_RDONLY);
    if (options.stdin_from >= 0 && dup2(options.stdin_from, STDIN_FILENO) < 0) _exit(126);
    for (const int fd : {STDOUT_FILENO, STDERR_FILENO})
      if (options.silent) null_on(fd, O_WRONLY);
    if (!options.folder.empty() && chdir(options.folder.c_str())) _exit(126);
    for (const auto& one : options.environment) putenv(strdup(one.c_str()));
    become(options.argv, options.signals, writer.get());
  }
  writer.close();
  if (!reader) return pid;
  int error = 0;
  for (pollfd outcome{reader.get(), POLLIN, 0}; poll(&outcome, 1, 100) == 0;) continue_child(pid);
  if (read(reader.get(), &error, sizeof error) == sizeof error) {
    wait_for(pid);
    fail(options.argv[0], error);
  }
  return pid;
}

std::string output_of(const Words& argv, std::chrono::milliseconds limit,
                      const std::string& folder) try {
  auto [reader, writer] = make_pipe();
  const pid_t pid = fork();
  if (pid < 0) return {};
  if (!pid) {
    setsid();
    null_on(STDIN_FILENO, O_RDONLY);
    null_on(STDERR_FILENO, O_WRONLY);
    if (!folder.empty() && chdir(folder.c_str())) _exit(126);
    if (dup2(writer.get(), STDOUT_FILENO) < 0) _exit(126);
    become(argv, no_signals(), nobody);  // what is written there counts as the program's output
  }
  writer.close();
  std::string said;
  const auto end = std::chrono::steady_clock::now() + limit;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    pollfd ready{reader.get(), POLLIN, 0};
    if (left.count() <= 0 || poll(&ready, 1, static_cast<int>(left.count())) <= 0) break;
    char bytes[4096];
    const ssize_t count = read(reader.get(), bytes, sizeof bytes);
    if (count <= 0 || said.size() > 64 * 1024) break;
    said.append(bytes, static_cast<std::size_t>(count));
  }
  kill(-pid, SIGKILL);  // its own session: whatever a script left behind goes too
  kill(pid, SIGKILL);
  wait_for(pid);
  return said;
} catch (const std::system_error&) {  // no descriptor is left for the pipe
  return {};
}

}  // namespace programs
