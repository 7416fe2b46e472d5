// SPDX-License-Identifier: BSD-3-Clause
#include "relay/watch.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "programs/allowed_call.hpp"

namespace relay {
namespace {

/// Signals come to us because we share the program's process group: all are the program's, and its
/// end is what ends us. Those stay that the kernel sends for a fault.
void block_signals() {
  sigset_t all;
  sigfillset(&all);
  for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT})
    sigdelset(&all, number);
  sigprocmask(SIG_BLOCK, &all, nullptr);
  signal(SIGCHLD, SIG_DFL);  // ignored, it would let no end of a child be seen
}

programs::Descriptor watched_signals() {
  if (!programs::is_allowed(SYS_signalfd4)) return programs::Descriptor{};
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGINT, SIGCHLD, SIGHUP}) sigaddset(&set, number);
  return programs::Descriptor(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

/// Whether the program that started us ignores this signal.
bool is_ignored(int number) {
  struct sigaction now;
  return !sigaction(number, nullptr, &now) && now.sa_handler == SIG_IGN;
}

}  // namespace

Watch::Watch(Caller& caller) : caller_(caller) {
  block_signals();
  signals_ = watched_signals();
}

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
