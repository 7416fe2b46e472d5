// SPDX-License-Identifier: BSD-3-Clause
// open_by_runpath FLAGS: opens a library that lies where this program's own RUNPATH says, and
// nobody else's. The loader takes the RUNPATH of the object that called dlopen: a preload's hook
// must not be that.
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char** argv) {
  if (!dlopen("found_by_runpath.so", argc > 1 ? atoi(argv[1]) : RTLD_NOW)) {
    printf("%s\n", dlerror());
    return 1;
  }
  printf("found\n");
  return 0;
}
