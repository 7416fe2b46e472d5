#pragma once
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/// Whether this is a regular file. Async-signal-safe.
inline bool is_regular(int fd) {
  struct stat status;
  // The system call itself: libc's fstat is a symbol of glibc 2.33 and newer.
  return !syscall(SYS_fstat, fd, &status) && S_ISREG(status.st_mode);
}
