// SPDX-License-Identifier: BSD-3-Clause
// libc's functions as the program calls them. How to add one: CONTRIBUTING.md.
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "base/environment.hpp"
#include "base/text.hpp"
#include "base/thread_errno.hpp"
#include "genuine/genuine.hpp"
#include "hooks/export.hpp"
#include "remedies/crash/crash_trace.hpp"
#include "remedies/julia/julia_precompile.hpp"
#include "remedies/spawn/forked_child.hpp"
#include "remedies/spawn/parent.hpp"
#include "remedies/spawn/plan.hpp"
#include "remedies/spawn/stale_pmi.hpp"
#include "remedies/ucx/answer.hpp"
#include "remedies/ucx/bypass.hpp"

using namespace remedies;

// Those who change the environment do so one at a time: while a library is opened past every
// preload this library changes it too, and libc's own lock is out of reach.
SIDESTEP_EXPORT int clearenv() noexcept {
  const ucx::EnvironmentGuard guard;
  return genuine::clearenv();
}

SIDESTEP_EXPORT int putenv(char* entry) noexcept {
  const ucx::EnvironmentGuard guard;
  return genuine::putenv(entry);
}

SIDESTEP_EXPORT int setenv(const char* name, const char* value, int replace) noexcept {
  const ucx::EnvironmentGuard guard;
  return genuine::setenv(name, value, replace);
}

SIDESTEP_EXPORT int unsetenv(const char* name) noexcept {
  const ucx::EnvironmentGuard guard;
  return genuine::unsetenv(name);
}

// A thread may be cancelled in it: not noexcept, as little as libc's own.
SIDESTEP_EXPORT int accept(int listener, sockaddr* name, socklen_t* size) {
  if (!spawn::waits_for_launcher(listener, __builtin_return_address(0)))
    return genuine::accept(listener, name, size);
  return spawn::accept_launcher(listener, name, size);
}

// Programs, and UCX in the warning of its version, ask by it which file a function is from.
SIDESTEP_EXPORT int dladdr(const void* address, Dl_info* info) noexcept {
  const auto genuine = genuine::dladdr.from(nullptr);
  if (!genuine) return 0;
  const int found = genuine(address, info);
  if (found) genuine::show_genuine(address, __builtin_return_address(0), *info);
  return found;
}

SIDESTEP_EXPORT int dladdr1(const void* address, Dl_info* info, void** extra, int flags) noexcept {
  const auto genuine = genuine::dladdr1.from(nullptr);
  if (!genuine) return 0;
  const int found = genuine(address, info, extra, flags);
  const void* its =
      found ? genuine::show_genuine(address, __builtin_return_address(0), *info) : nullptr;
  Dl_info unused;
  if (its) genuine(its, &unused, extra, flags);
  return found;
}

SIDESTEP_EXPORT int execvp(const char* file, char* const* arguments) noexcept {
  if (spawn::plan().wanted) spawn::become_launcher(file, arguments);
  return genuine::execvp(file, arguments);
}

SIDESTEP_EXPORT pid_t fork() noexcept {
  spawn::before_fork(__builtin_return_address(0));
  return spawn::after_fork(genuine::fork(), __builtin_return_address(0));
}

// Runs before any constructor, in signal handlers and between fork and exec: no allocation, no
// dlsym, no static that needs a constructor; no lock, but for names that UCX and MPI alone ask for.
SIDESTEP_EXPORT char* getenv(const char* name) noexcept {
  const char* asked = name;
  __asm__("" : "+r"(asked));  // may be nullptr, whatever libc's declaration says
  const bool of_pmi = asked && name[0] == 'P' && name[1] == 'M' && name[2] == 'I';
  const bool of_ucx = asked && name[0] == 'U' && name[1] == 'C';
  if (!of_pmi && !of_ucx) return base::environment(name);  // a tail call
  char* value = base::environment(name);
  if (of_ucx) return const_cast<char*>(ucx::answer(name, value, __builtin_return_address(0)));
  if (base::same(name, "PMI_FD")) spawn::mpi_is_starting();
  return const_cast<char*>(spawn::pmi_answer(name, value));
}

SIDESTEP_EXPORT int mkdir(const char* path, mode_t mode) noexcept {
  const int saved_errno = base::thread_errno();
  const int result = genuine::mkdir(path, mode);
  return result ? julia::after_mkdir(path, saved_errno) : 0;
}

SIDESTEP_EXPORT int sigaction(int number, const struct sigaction* wanted,
                              struct sigaction* before) noexcept {
  const int failed = genuine::sigaction(number, wanted, before);
  if (!failed) crash::after_sigaction(number, wanted, before);
  return failed;
}

SIDESTEP_EXPORT int sigaltstack(const stack_t* wanted, stack_t* before) noexcept {
  if (wanted && ucx::must_not_replace_stack(__builtin_return_address(0))) wanted = nullptr;
  return genuine::sigaltstack(wanted, before);
}

SIDESTEP_EXPORT sighandler_t signal(int number, sighandler_t wanted) noexcept {
  return crash::after_signal(number, wanted, genuine::signal(number, wanted));
}

SIDESTEP_EXPORT int tcsetattr(int fd, int action, const termios* modes) noexcept {
  spawn::note_terminal_modes(fd, modes);
  return genuine::tcsetattr(fd, action, modes);
}

SIDESTEP_EXPORT int unlink(const char* path) noexcept {
  const int saved_errno = base::thread_errno();
  const int result = genuine::unlink(path);
  return result ? julia::after_unlink(path, saved_errno) : 0;
}
