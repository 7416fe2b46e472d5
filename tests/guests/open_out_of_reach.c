// SPDX-License-Identifier: BSD-3-Clause
// Opens a library past every preload, where it is loaded itself: as an extension of perl's may.
#include <dlfcn.h>

__attribute__((constructor)) static void constructor(void) {
  dlopen("libm.so.6", RTLD_NOW | RTLD_DEEPBIND);
}
