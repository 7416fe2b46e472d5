// SPDX-License-Identifier: BSD-3-Clause
#include "relay/caller.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "programs/allowed_call.hpp"
#include "programs/processes.hpp"

namespace relay {
namespace {

using namespace std::chrono_literals;

// A person types a command no faster: a prompt shows its line editor for longer than this between
// two commands.
constexpr auto look_interval = 500ms;
// Presses further apart are two wishes, not one that went unheard.
constexpr auto press_window = 60s;
// A handler of the program's own, or an orderly exit, has this long.
constexpr auto grace = 3s;
constexpr auto patience = 2s;

/// Whether Jupyter started this program, as a kernel: people type at it, though on no terminal.
bool is_kernel(pid_t program) {
  // jupyter_client's launch_kernel sets it, for kernels of any language (launcher.py@v8.6).
  const char* jupyter = std::getenv("JPY_PARENT_PID");
  const auto status = jupyter ? programs::status_of(program) : std::nullopt;
  return status && std::atoi(jupyter) == status->parent;
}

programs::Descriptor open_process(pid_t process) {
  if (!programs::is_allowed(SYS_pidfd_open) || !programs::is_allowed(SYS_pidfd_send_signal))
    return programs::Descriptor{};
  return programs::Descriptor(static_cast<int>(syscall(SYS_pidfd_open, process, 0)));
}

}  // namespace

Caller::Caller(const Options& options)
    : pid_(options.caller),
      pidfd_(open_process(options.caller)),
      terminal_(options.prompt || options.batch
                    ? -1
                    : open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)),
      prompt_(options.prompt || (!options.batch && is_kernel(options.caller))) {
  // The program may have ended before it was looked at, and its number may be another's by now.
  if (getppid() != pid_) pidfd_.close(), pid_ = -1;
}

bool Caller::alive() const {
  if (!pidfd_) return programs::is_alive(pid_);
  pollfd ended{pidfd_.get(), POLLIN, 0};
  return poll(&ended, 1, 0) <= 0;  // where that fails nothing is known of its end
}

bool Caller::follow(pid_t daemon) {
  pid_ = daemon;
  pidfd_ = programs::Descriptor(static_cast<int>(syscall(SYS_pidfd_open, daemon, 0)));
  terminal_.close();
  prompt_ = hung_up_ = condemned_ = false;
  next_signal_ = Clock::time_point::max();
  return alive();
}

void Caller::signal(int number) const {
  if (pidfd_)
    syscall(SYS_pidfd_send_signal, pidfd_.get(), number, nullptr, 0);
  else if (programs::is_alive(pid_))
    kill(pid_, number);
}

void Caller::interrupted() {
  look();
  const auto now = Clock::now();
  presses_ = now - last_press_ < press_window ? presses_ + 1 : 1;
  last_press_ = now;
  if (presses_ == 2) end_later();
}

void Caller::condemn() {
  look();
  end_later();
  condemned_ = next_signal_ != Clock::time_point::max();
}

void Caller::end_later() {
  if (prompt_ || next_signal_ != Clock::time_point::max()) return;
  next_signal_ = Clock::now() + grace;
  next_look_ = std::min(next_look_, next_signal_);
}

bool Caller::told_to_end() const {
  return hung_up_ || (presses_ && !prompt_ && Clock::now() - last_press_ < press_window);
}

void Caller::look_if_due() {
  if (Clock::now() >= next_look_) look();
}

void Caller::look() {
  const auto now = Clock::now();
  next_look_ = now + look_interval;
  termios modes{};
  if (terminal_ && !prompt_) {
    if (tcgetattr(terminal_.get(), &modes))
      terminal_.close();  // hung up
    else
      prompt_ = !(modes.c_lflag & ICANON) && tcgetpgrp(terminal_.get()) == getpgrp();
    if (prompt_) condemned_ = false, next_signal_ = Clock::time_point::max();
  }
  if (now >= next_signal_) {
    signal(signals_sent_++ ? SIGKILL : SIGTERM);
    next_signal_ = now + patience;
  }
  if (pidfd_ && (!terminal_ || prompt_) && next_signal_ == Clock::time_point::max())
    next_look_ = now + 1h;
}

}  // namespace relay
