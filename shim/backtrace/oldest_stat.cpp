// SPDX-License-Identifier: BSD-3-Clause
// Where libunwind is linked statically, its calls of stat and fstat end here (-Wl,--wrap): libc's
// are symbols of glibc 2.33 and newer. All else that it calls was in 2.17.
#include <fcntl.h>

#include "base/file_status.hpp"

extern "C" {
int __wrap_stat(const char* path, struct stat* status) {
  return static_cast<int>(syscall(SYS_newfstatat, AT_FDCWD, path, status, 0));
}

int __wrap_fstat(int fd, struct stat* status) { return base::file_status(fd, *status) ? 0 : -1; }
}
