// SPDX-License-Identifier: BSD-3-Clause
// hooks_in_threads: several threads call each hook of libc's and the loader's at once, the first
// time in this process too. For ThreadSanitizer, which sees the preloaded library where that was
// built with it (scripts/check tsan).
#include <pthread.h>
#include <stdio.h>

#include "hook_calls.h"

/// The sanitizer asks for functions before it has started: a hook that it watches would be too
/// early. The preloaded library's dlsym is asked from main on.
typedef void* (*Dlsym)(void* handle, const char* name);
static Dlsym libc_dlsym, next_dlsym;
__attribute__((disable_sanitizer_instrumentation, visibility("default"))) void* dlsym(
    void* handle, const char* name) {
  if (!libc_dlsym) libc_dlsym = (Dlsym)dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.34");
  return (next_dlsym ? next_dlsym : libc_dlsym)(handle, name);
}

static pthread_barrier_t all_here;

static void* call_each(void* nothing) {
  for (unsigned i = 0; i < sizeof calls / sizeof *calls; ++i) {
    // The environment as a whole is not one thread's to clear; the sanitizer ends who opens past
    // it.
    if (calls[i].function == call_clearenv || calls[i].function == call_dlopen_deep) continue;
    pthread_barrier_wait(&all_here);
    calls[i].function();
    calls[i].function();
  }
  return nothing;
}

int main(void) {
  enum { count = 4 };
  pthread_t threads[count];
  next_dlsym = (Dlsym)libc_dlsym(RTLD_NEXT, "dlsym");
  pthread_barrier_init(&all_here, NULL, count);
  prepare_calls("dlsym");
  for (int i = 0; i < count; ++i) pthread_create(&threads[i], NULL, call_each, NULL);
  for (int i = 0; i < count; ++i) pthread_join(threads[i], NULL);
  printf("all right\n");
  return 0;
}
