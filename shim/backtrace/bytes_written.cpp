// SPDX-License-Identifier: BSD-3-Clause
#include "backtrace/bytes_written.hpp"

#include <string.h>

#include "backtrace/system_calls.hpp"
#include "base/text.hpp"

namespace backtrace {

long bytes_written() {
  const auto path = base::Text<64>() << "/proc/self/task/" << syscall(SYS_gettid) << "/io";
  const int fd = system_calls::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  char text[128];
  const ssize_t size = system_calls::read(fd, text, sizeof text - 1);
  system_calls::close(fd);
  if (size <= 0) return -1;
  text[size] = 0;
  const char* at = strstr(text, "wchar: ");  // its second line (proc(5))
  if (!at) return -1;
  long bytes = 0;
  for (at += 7; *at >= '0' && *at <= '9'; ++at) bytes = bytes * 10 + (*at - '0');
  return bytes;
}

}  // namespace backtrace
