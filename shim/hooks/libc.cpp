// libc's functions as the program calls them. How to add one: CONTRIBUTING.md.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <termios.h>
#include <unistd.h>

#include "hooks/export.hpp"
#include "real/real.hpp"
#include "remedies/spawn/plan.hpp"
#include "remedies/ucx_sighup.hpp"

using namespace remedies;

SIDESTEP_EXPORT int execvp(const char* file, char* const* arguments) noexcept {
  const int kept = errno;
  spawn::become_launcher(file, arguments);
  errno = kept;
  return real::execvp(file, arguments);
}

SIDESTEP_EXPORT pid_t fork() noexcept {
  spawn::before_fork();
  return real::fork();
}

namespace {

// secure_getenv is libc's own getenv, reached without a look-up, except in setuid programs.
char* genuine_getenv(const char* name) {
  static int secure = -1;
  if (secure < 0) secure = getauxval(AT_SECURE) != 0;
  if (!secure) return secure_getenv(name);
  const size_t length = strlen(name);
  for (char** entry = environ; entry && *entry; ++entry)
    if (!strncmp(*entry, name, length) && (*entry)[length] == '=') return *entry + length + 1;
  return nullptr;
}

}  // namespace

// Runs before any constructor, in signal handlers and between fork and exec: no allocation, no
// dlsym, no static that needs a constructor.
SIDESTEP_EXPORT char* getenv(const char* name) noexcept {
  if (name[0] == 'P' && !strcmp(name, "PMI_FD")) spawn::mpi_is_starting();
  char* value = genuine_getenv(name);
  if (!value && name[0] == 'U' && name[1] == 'C') value = const_cast<char*>(ucx::setting(name));
  return value;
}

SIDESTEP_EXPORT int tcsetattr(int fd, int action, const termios* modes) noexcept {
  spawn::terminal_modes(modes);
  return real::tcsetattr(fd, action, modes);
}
