// SPDX-License-Identifier: BSD-3-Clause
// start_backtrace: preloaded into the programs of backtrace_test, which know nothing of the object
// that it starts. What it is to be told stands in TEST_*.
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

struct setup {
  unsigned long signals;
  int rank;
  char file[1024];
};

static void start(void) {
  const char* object = getenv("TEST_BACKTRACE");
  const char* file = getenv("TEST_FILE");
  const char* rank = getenv("TEST_RANK");
  struct setup setup = {.signals = ~0UL, .rank = rank ? atoi(rank) : -1};
  unsigned long (*begin)(const struct setup*);
  unsigned long traced;
  void* handle;
  if (!object) return;
  unsetenv("LD_PRELOAD");
  if (file) strncpy(setup.file, file, sizeof setup.file - 1);
  handle = dlopen(object, RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    fprintf(stderr, "start_backtrace: %s\n", dlerror());
    abort();
  }
  *(void**)&begin = dlsym(handle, "sidestep_backtrace_start_1");
  traced = begin(&setup);
  if (getenv("TEST_SHOW")) fprintf(stderr, "traced %lx\n", traced);
}

// A program that has a handler before: it calls this itself, once more or for the first time.
void start_backtrace_again(void);
void start_backtrace_again(void) { start(); }

__attribute__((constructor)) static void at_load(void) {
  struct rlimit core;
  getrlimit(RLIMIT_CORE, &core);
  core.rlim_cur = getenv("TEST_CORE") ? core.rlim_max : 0;
  setrlimit(RLIMIT_CORE, &core);
  if (!getenv("TEST_LATER")) start();
}
