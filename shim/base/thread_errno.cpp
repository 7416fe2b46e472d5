// SPDX-License-Identifier: BSD-3-Clause
#include "base/thread_errno.hpp"

#include <errno.h>

#include <atomic>

#include "base/elf.hpp"

namespace base {

int& thread_errno() {
  using Location = int* (*)();
  static constinit std::atomic<Location> known = nullptr;
  Location location = known.load(std::memory_order_relaxed);
  if (!location) {
    location = reinterpret_cast<Location>(next_of_libc("__errno_location"));
    known.store(location, std::memory_order_relaxed);
  }
  return location ? *location() : errno;
}

}  // namespace base
