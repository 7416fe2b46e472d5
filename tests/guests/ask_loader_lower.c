// SPDX-License-Identifier: BSD-3-Clause
// The library below: what a profiler finds by RTLD_NEXT.
int who(void);
int lowest(void);
int cuMemAlloc_v2(unsigned long long* into, unsigned long size);

int who(void) { return 1; }

// So that a program needs it.
int lowest(void) { return 0; }

int cuMemAlloc_v2(unsigned long long* into, unsigned long size) {
  (void)into, (void)size;
  return 100;
}
