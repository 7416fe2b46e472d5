// SPDX-License-Identifier: BSD-3-Clause
#include "base/only_thread.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "base/system_call.hpp"

namespace base {

bool is_only_thread() {
  struct stat tasks;
  // A folder has a link from above, its own ".", and one from each folder in it: a thread's.
  return !system_call(SYS_newfstatat, AT_FDCWD, "/proc/self/task", &tasks, 0) &&
         tasks.st_nlink == 3;
}

}  // namespace base
