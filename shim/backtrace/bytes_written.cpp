// SPDX-License-Identifier: BSD-3-Clause
#include "backtrace/bytes_written.hpp"

#include <string.h>

#include "base/file_calls.hpp"
#include "base/text.hpp"

namespace backtrace {
namespace {

// Not inlined: all of this runs on the stack of a program's handler, which may be small.
[[gnu::noinline]] int open_accounts() {
  base::Text<40> path;
  path << "/proc/self/task/" << syscall(SYS_gettid) << "/io";
  return base::file_calls::open(path.c_str(), O_RDONLY | O_CLOEXEC);
}

/// Its first two lines are "rchar: 123" and "wchar: 123" (proc(5)).
[[gnu::noinline]] long read_accounts(int fd) {
  char text[64];
  const ssize_t size = base::file_calls::read(fd, text, sizeof text - 1);
  if (size <= 0) return -1;
  text[size] = 0;
  const char* at = strstr(text, "wchar: ");
  if (!at) return -1;
  long bytes = 0;
  for (at += 7; *at >= '0' && *at <= '9'; ++at) bytes = bytes * 10 + (*at - '0');
  return bytes;
}

}  // namespace

long bytes_written() {
  const int fd = open_accounts();
  if (fd < 0) return -1;
  const long bytes = read_accounts(fd);
  base::file_calls::close(fd);
  return bytes;
}

}  // namespace backtrace
