// SPDX-License-Identifier: BSD-3-Clause
// A profiler: it stands in front of the library below, and finds that by RTLD_NEXT.
#include <dlfcn.h>
#include <stddef.h>

int who(void);
int next_who(void);
int cuMemAlloc_v2(unsigned long long* into, unsigned long size);

static void* next(const char* name) { return dlsym(RTLD_NEXT, name); }

int who(void) { return 2; }

int next_who(void) {
  int (*below)(void) = NULL;
  *(void**)&below = next("who");
  return below ? below() : -1;
}

int cuMemAlloc_v2(unsigned long long* into, unsigned long size) {
  int (*below)(unsigned long long*, unsigned long) = NULL;
  *(void**)&below = next("cuMemAlloc_v2");
  return below ? below(into, size) + 1 : -1;
}
