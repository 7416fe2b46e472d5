// SPDX-License-Identifier: BSD-3-Clause
// A library that is linked with libcuda, as a plug-in of a larger program is.
#define _GNU_SOURCE
#include <dlfcn.h>

#include "device_memory.h"

void fill_in_linked(struct driver* driver);
void fill_in_next(struct driver* driver);

void fill_in_linked(struct driver* driver) {
#define FUNCTION(symbol, name, version, per_thread) driver->symbol = symbol;
#include "device_memory_functions.h"
}

void fill_in_next(struct driver* driver) {
#define FUNCTION(symbol, name, version, per_thread) \
  *(void**)&driver->symbol = dlsym(RTLD_NEXT, #symbol);
#include "device_memory_functions.h"
}
