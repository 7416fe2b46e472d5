#pragma once
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/// fstat. Async-signal-safe.
inline bool look_at(int fd, struct stat& status) {
  // The system call itself: libc's fstat is a symbol of glibc 2.33 and newer.
  return !syscall(SYS_fstat, fd, &status);
}

/// Whether this is a regular file. Async-signal-safe.
inline bool is_regular(int fd) {
  struct stat status;
  return look_at(fd, status) && S_ISREG(status.st_mode);
}
