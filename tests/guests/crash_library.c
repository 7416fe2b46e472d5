// SPDX-License-Identifier: BSD-3-Clause
// crash_library: dlopened by crash; its constructor never ends when CRASH_HANG is set. It crashes
// where it is asked to.
#include <stdlib.h>
#include <unistd.h>

__attribute__((constructor)) static void hang(void) {
  if (getenv("CRASH_HANG"))
    for (;;) pause();
}

void crash_in_library(void);
__attribute__((noinline)) void crash_in_library(void) {
  static int* volatile low = (int*)0x10;
  *low = 1;
}
