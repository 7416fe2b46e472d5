// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace base {

/// fstat(2). Async-signal-safe.
/// @return whether it worked
inline bool file_status(int fd, struct stat& status) {
  // The system call itself: libc's fstat is a symbol of glibc 2.33 and newer.
  return !syscall(SYS_fstat, fd, &status);
}

/// Whether this is a regular file. Async-signal-safe.
inline bool is_regular(int fd) {
  struct stat status;
  return file_status(fd, status) && S_ISREG(status.st_mode);
}

}  // namespace base
