// SPDX-License-Identifier: BSD-3-Clause
// A program with this in it, linked with -Wl,--wrap=__libc_start_main, starts under every glibc
// that the library is for, wherever it was built: glibc 2.34 gave the function that its start files
// call a new version. They give it no `init` and no `fini` any more, which the older ones take
// (csu/libc-start.c@glibc-2.17).
#include "base/oldest_glibc.hpp"

extern "C" {
int oldest_start(int (*main)(int, char**, char**), int argc, char** argv, void (*init)(),
                 void (*fini)(), void (*end_of_loader)(), void* end_of_stack);
__asm__(".symver oldest_start,__libc_start_main@" SIDESTEP_OLDEST);

int __wrap___libc_start_main(int (*main)(int, char**, char**), int argc, char** argv,
                             void (*init)(), void (*fini)(), void (*end_of_loader)(),
                             void* end_of_stack) {
  return oldest_start(main, argc, argv, init, fini, end_of_loader, end_of_stack);
}
}
