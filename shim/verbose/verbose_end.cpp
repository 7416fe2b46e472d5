// SPDX-License-Identifier: BSD-3-Clause
// libsidestep-verbose.so: preloaded by `sidestep run` beside the library, where it is to be
// verbose. Says at the end of the program that no MPI and no UCX started. What that program starts
// has it too, and says nothing: a shell's helper programs would drown the rest.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.hpp"
#include "base/text.hpp"
#include "process/identity.hpp"
#include "process/verbose_note.hpp"

namespace {

/// Whether this is the process that `sidestep run` became, and the library has said nothing in it.
bool has_said_nothing() {
  const char* value = getenv(process::verbose_variable);
  return value && *value > '0' && *value <= '9' && base::read_number(value) == getpid();
}

// Programs close their stderr before they end (coreutils). Far from the descriptors that they count
// on.
constexpr int far = 100;
int kept_stderr = -1;

[[gnu::constructor]] void keep_stderr() {
  const int saved_errno = errno;
  // Not fcntl: of headers of glibc 2.28 it is a symbol that older ones lack.
  if (has_said_nothing())
    kept_stderr = static_cast<int>(syscall(SYS_fcntl, STDERR_FILENO, F_DUPFD_CLOEXEC, far));
  errno = saved_errno;
}

[[gnu::destructor]] void say_that_nothing_started() {
  if (kept_stderr < 0 || !has_said_nothing()) return;
  base::log_to(kept_stderr, base::Text<512>()
                                << process::rank_mark().c_str() << "no MPI and no UCX started in "
                                << process::program_name()
                                << ": nothing to fix there. Programs that it started speak for "
                                   "themselves");
  kept_stderr = -1;
}

}  // namespace

// dash ends without what is to be done at exit. Of a process that only forked, the id is another.
extern "C" [[gnu::visibility("default")]] void _exit(int status) {
  say_that_nothing_started();
  for (;;) syscall(SYS_exit_group, status);
}
