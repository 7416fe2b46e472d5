// SPDX-License-Identifier: BSD-3-Clause
#include "base/log.hpp"

#include <errno.h>
#include <unistd.h>

#include "base/write_signals.hpp"

namespace base {
namespace {

/// Nothing can be done about a stderr that is closed or full: the program goes on.
void write_all(const char* at, size_t size) {
  const WriteSignalsGuard guard;
  while (size > 0) {
    const ssize_t count = write(STDERR_FILENO, at, size);
    if (count == 0 || (count < 0 && errno != EINTR)) return;
    if (count > 0) at += count, size -= static_cast<size_t>(count);
  }
}

}  // namespace

void log(const char* text) {
  const int saved_errno = errno;
  Text<2048> whole;
  whole << "sidestep: " << text;
  char bytes[2049];
  memcpy(bytes, whole.c_str(), whole.size());
  bytes[whole.size()] = '\n';
  write_all(bytes, whole.size() + 1);
  errno = saved_errno;
}

}  // namespace base
