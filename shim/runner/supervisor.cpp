// SPDX-License-Identifier: BSD-3-Clause
#include "runner/supervisor.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "base/close_descriptors.hpp"
#include "programs/processes.hpp"

namespace runner {

namespace {

void default_signals() {
  struct sigaction plain = {};
  plain.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) sigaction(number, &plain, nullptr);
}

void close_all_but(std::vector<int> kept) {
  std::sort(kept.begin(), kept.end());
  unsigned first = 0;
  for (const int fd : kept) {
    if (fd < 0) continue;
    if (const auto here = static_cast<unsigned>(fd); here >= first) {
      if (here > first) base::close_descriptors(first, here - 1);
      first = here + 1;
    }
  }
  base::close_descriptors(first);
}

template <class Message>
void send(int fd, const Message& message) {
  // Below PIPE_BUF, so whole or not at all; where the runner is dead nothing reads it.
  [[maybe_unused]] const ssize_t written = write(fd, &message, sizeof message);
}

[[noreturn]] void give_up(int failure, bool directory) {
  send(failure, Failure{errno, directory});
  _exit(127);
}

[[noreturn]] void become_program(const Blueprint& blueprint) {
  setsid();
  if (blueprint.terminal && ioctl(blueprint.input, TIOCSCTTY, 0) != 0) {
    give_up(blueprint.failure, false);
  }
  // The supervisor closed the runner's 0, 1 and 2; all that it kept is close-on-exec, and above 2.
  if ((blueprint.input >= 0 && dup2(blueprint.input, 0) < 0) || dup2(blueprint.output, 1) < 0 ||
      dup2(blueprint.output, 2) < 0)
    give_up(blueprint.failure, false);
  if (blueprint.directory && chdir(blueprint.directory) != 0) give_up(blueprint.failure, true);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  environ = const_cast<char**>(blueprint.environment.data());  // execvp looks into its PATH
  execvp(blueprint.argv[0], blueprint.argv.data());
  give_up(blueprint.failure, false);
}

/// Reaps all that ended. False: no process is left.
bool reap(pid_t program, int status_fd) {
  for (;;) {
    int status = 0;
    const pid_t pid = waitpid(-1, &status, WNOHANG);
    if (pid == 0) return true;
    if (pid < 0) return errno != ECHILD;
    if (pid == program) {
      const auto now = std::chrono::steady_clock::now().time_since_epoch();
      send(status_fd, Report{Report::Kind::ended, status, std::chrono::nanoseconds(now).count()});
    }
  }
}

}  // namespace

void supervise(const Blueprint& blueprint) noexcept {
  // Its own session: a test harness that kills the runner's process group at its time limit must
  // not kill the process that cleans up.
  setsid();
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  prctl(PR_SET_NAME, "supervisor", 0, 0, 0);
  default_signals();
  // Nothing of the runner's may reach the program; and a reader of the runner's stdout must not
  // wait for the supervisor.
  close_all_but(
      {blueprint.input, blueprint.output, blueprint.status, blueprint.lifeline, blueprint.failure});

  const pid_t program = fork();
  if (program == 0) become_program(blueprint);
  if (program < 0) give_up(blueprint.failure, false);
  send(blueprint.status, Report{Report::Kind::started, program, 0});
  close_all_but({blueprint.status, blueprint.lifeline});

  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  const int children = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
  bool killing = false;
  while (reap(program, blueprint.status)) {
    if (killing) {
      for (const pid_t pid : programs::descendants()) kill(pid, SIGKILL);
    }
    pollfd events[] = {{children, POLLIN, 0}, {killing ? -1 : blueprint.lifeline, POLLIN, 0}};
    poll(events, 2, killing ? 10 : -1);  // again and again: one that forks may escape one look
    signalfd_siginfo ignored;
    while (read(children, &ignored, sizeof ignored) > 0) continue;
    killing = killing || events[1].revents != 0;
  }
  _exit(0);
}

}  // namespace runner
