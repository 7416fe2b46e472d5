// SPDX-License-Identifier: BSD-3-Clause
#include "base/log.hpp"

#include <errno.h>
#include <unistd.h>

#include "base/file_calls.hpp"
#include "base/mapped.hpp"
#include "base/write_signals.hpp"

namespace base {
namespace {

/// Nothing can be done about a stderr that is closed or full: the program goes on.
void write_all(int descriptor, const char* at, size_t size) {
  const WriteSignals signals;
  while (size > 0) {
    const ssize_t count = file_calls::write(descriptor, at, size);
    if (count < 0) signals.take_back(errno);
    if (count == 0 || (count < 0 && errno != EINTR)) return;
    if (count > 0) at += count, size -= static_cast<size_t>(count);
  }
}

}  // namespace

void log(const char* text) { log_to(STDERR_FILENO, text); }

void log_to(int descriptor, const char* text) {
  const int saved_errno = errno;
  if (const Mapped<Text<2048>> whole; whole) {
    *whole << "sidestep: " << text;
    whole->end_with('\n');
    write_all(descriptor, whole->c_str(), whole->size());
  }
  errno = saved_errno;
}

}  // namespace base
