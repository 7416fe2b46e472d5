// SPDX-License-Identifier: BSD-3-Clause
#include "relay/watch.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace relay {
namespace {

programs::Descriptor block_signals() {
  sigset_t set;
  sigemptyset(&set);
  // The terminal's signals come to us because we share the program's process group; its end is what
  // ends us.
  for (const int number :
       {SIGINT, SIGCHLD, SIGHUP, SIGTERM, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU, SIGPIPE})
    sigaddset(&set, number);
  if (sigprocmask(SIG_BLOCK, &set, nullptr)) return {};
  return programs::Descriptor(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

/// Whether the program that started us ignored this signal.
bool is_ignored(int number) {
  struct sigaction now;
  return !sigaction(number, nullptr, &now) && now.sa_handler == SIG_IGN;
}

}  // namespace

Watch::Watch(Caller& caller) : caller_(caller), signals_(block_signals()) {}

void Watch::take_signals() {
  signalfd_siginfo info;
  while (read(signals_.get(), &info, sizeof info) == sizeof info) {
    // SI_KERNEL: from the terminal. What others send by kill (Jupyter, timeout) is for the program
    // alone to judge, and a signal that it ignores (nohup) does not count.
    if (info.ssi_code != SI_KERNEL || is_ignored(static_cast<int>(info.ssi_signo))) continue;
    if (info.ssi_signo == SIGINT) caller_.interrupted();
    if (info.ssi_signo == SIGHUP) caller_.hung_up();
  }
  int status;
  for (pid_t changed; (changed = waitpid(-1, &status, WNOHANG | WUNTRACED)) != 0;) {
    if (changed < 0 && errno == EINTR) continue;
    if (changed < 0) break;
    if (WIFSTOPPED(status))
      kill(changed, SIGCONT);
    else if (const auto known = ends_.find(changed); known != ends_.end())
      known->second = status;
  }
}

bool Watch::has_ended(pid_t child) const {
  const auto known = ends_.find(child);
  return known != ends_.end() && known->second;
}

int Watch::patience() const { return is_blind() ? 1000 : milliseconds_until(caller_.next_look()); }

void Watch::wait() {
  pollfd event{signals_.get(), POLLIN, 0};
  poll(&event, 1, patience());
  take_signals();
  caller_.look_if_due();
}

}  // namespace relay
