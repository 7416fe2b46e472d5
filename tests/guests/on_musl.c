// SPDX-License-Identifier: BSD-3-Clause
// A program that is linked with musl, whose loader ends it where LD_PRELOAD names a library of
// glibc's.
#include <stdio.h>
#include <stdlib.h>

int main(void) {
  const char* preload = getenv("LD_PRELOAD");
  printf("runs with LD_PRELOAD=%s\n", preload ? preload : "");
  return 0;
}
