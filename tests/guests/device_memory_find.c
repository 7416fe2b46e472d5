// SPDX-License-Identifier: BSD-3-Clause
// The ways in which a program comes to the driver's functions.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "device_memory.h"

struct driver driver;

typedef void* (*finder)(const char* symbol, const char* name, int version, int per_thread);

static void* handle;

static void* by_handle(const char* symbol, const char* name, int version, int per_thread) {
  (void)name, (void)version, (void)per_thread;
  return dlsym(handle, symbol);
}

static void* by_next(const char* symbol, const char* name, int version, int per_thread) {
  (void)name, (void)version, (void)per_thread;
  return dlsym(RTLD_NEXT, symbol);
}

// As the CUDA runtime does.
static void* by_procaddress(const char* symbol, const char* name, int version, int per_thread) {
  (void)symbol;
  CUresult (*get)(const char*, void**, int, cuuint64_t, CUdriverProcAddressQueryResult*);
  *(void**)&get = must(dlsym(handle, "cuGetProcAddress_v2"), "cuGetProcAddress_v2");
  void* found = NULL;
  CUdriverProcAddressQueryResult status = CU_GET_PROC_ADDRESS_SYMBOL_NOT_FOUND;
  get(name, &found, version, per_thread ? 2 : 0, &status);
  return status == CU_GET_PROC_ADDRESS_SUCCESS ? found : NULL;
}

static void* by_procaddress1(const char* symbol, const char* name, int version, int per_thread) {
  (void)symbol;
  CUresult (*get)(const char*, void**, int, cuuint64_t);
  *(void**)&get = must(dlsym(handle, "cuGetProcAddress"), "cuGetProcAddress");
  void* found = NULL;
  return get(name, &found, version, per_thread ? 2 : 0) == CUDA_SUCCESS ? found : NULL;
}

static void fill_in(finder find) {
#define FUNCTION(symbol, name, version, per_thread) \
  *(void**)&driver.symbol = must(find(#symbol, #name, version, per_thread), #symbol);
#include "device_memory_functions.h"
}

#ifdef LINKED
static void fill_in_linked(void) {
#define FUNCTION(symbol, name, version, per_thread) driver.symbol = symbol;
#include "device_memory_functions.h"
}
#endif

// device_memory_library.so, which is linked with libcuda, has them.
static void fill_in_by_library(const char* function, int flags) {
  void* library = dlopen("$ORIGIN/device_memory_library.so", RTLD_LAZY | RTLD_LOCAL | flags);
  void (*fill)(struct driver*);
  *(void**)&fill = must(dlsym(must(library, "device_memory_library.so"), function), function);
  fill(&driver);
}

const char* find_driver(const char* way) {
  if (!strcmp(way, "library")) return fill_in_by_library("fill_in_linked", 0), NULL;
  if (!strcmp(way, "library_next")) return fill_in_by_library("fill_in_next", 0), NULL;
  if (!strcmp(way, "deepbind")) return fill_in_by_library("fill_in_linked", RTLD_DEEPBIND), NULL;
#ifdef LINKED
  if (!strcmp(way, "linked")) return fill_in_linked(), NULL;
  if (!strcmp(way, "next")) return fill_in(by_next), NULL;
#endif
  handle = must(dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL), "libcuda.so.1");
  if (!strcmp(way, "handle")) return fill_in(by_handle), NULL;
  if (!strcmp(way, "procaddress")) return fill_in(by_procaddress), NULL;
  if (!strcmp(way, "procaddress1")) return fill_in(by_procaddress1), NULL;
  (void)by_next;
  return "there is no such way in this program";
}
