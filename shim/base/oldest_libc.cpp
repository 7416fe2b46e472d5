// SPDX-License-Identifier: BSD-3-Clause
// libc's functions in their oldest version, where that does as well, for what is linked with
// -Wl,--wrap for each of them: the preloaded library. Each version that it needs is looked up, and
// compared by name, at the start of every process.
#include <cstddef>

#include "base/oldest_glibc.hpp"

extern "C" {
void* oldest_memcpy(void* to, const void* from, std::size_t size);
__asm__(".symver oldest_memcpy,memcpy@" SIDESTEP_OLDEST);
void* __wrap_memcpy(void* to, const void* from, std::size_t size) {
  return oldest_memcpy(to, from, size);
}

char* oldest_realpath(const char* path, char* resolved);  // does not allocate for nullptr
__asm__(".symver oldest_realpath,realpath@" SIDESTEP_OLDEST);
char* __wrap_realpath(const char* path, char* resolved) { return oldest_realpath(path, resolved); }
}
