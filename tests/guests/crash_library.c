// SPDX-License-Identifier: BSD-3-Clause
// crash_library: dlopened by crash; its constructor never ends when CRASH_HANG is set.
#include <stdlib.h>
#include <unistd.h>

__attribute__((constructor)) static void hang(void) {
  if (getenv("CRASH_HANG"))
    for (;;) pause();
}
