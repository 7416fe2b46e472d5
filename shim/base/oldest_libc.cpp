// SPDX-License-Identifier: BSD-3-Clause
// libc's functions in their oldest version, where that does as well, for what is linked with
// -Wl,--wrap for each of them: the preloaded library. Each version that it needs is looked up, and
// compared by name, at the start of every process.
#include <cstddef>

extern "C" {
#if defined(__x86_64__)
void* oldest_memcpy(void* to, const void* from, std::size_t size);
__asm__(".symver oldest_memcpy,memcpy@GLIBC_2.2.5");
void* __wrap_memcpy(void* to, const void* from, std::size_t size) {
  return oldest_memcpy(to, from, size);
}

char* oldest_realpath(const char* path, char* resolved);  // does not allocate for nullptr
__asm__(".symver oldest_realpath,realpath@GLIBC_2.2.5");
char* __wrap_realpath(const char* path, char* resolved) { return oldest_realpath(path, resolved); }
#endif
}
