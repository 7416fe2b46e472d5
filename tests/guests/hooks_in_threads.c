// SPDX-License-Identifier: BSD-3-Clause
// hooks_in_threads: several threads call each hook of libc's and the loader's at once, the first time in
// this process too. For a sanitizer that looks for races, in the library as it is preloaded.
#include <pthread.h>
#include <stdio.h>

#include "hook_calls.h"

static pthread_barrier_t all_here;

static void* call_each(void* nothing) {
  for (unsigned i = 0; i < sizeof calls / sizeof *calls; ++i) {
    // The environment as a whole is not one thread's to clear.
    if (calls[i].function == call_clearenv) continue;
    pthread_barrier_wait(&all_here);
    calls[i].function();
    calls[i].function();
  }
  return nothing;
}

int main(void) {
  enum { count = 4 };
  pthread_t threads[count];
  pthread_barrier_init(&all_here, NULL, count);
  prepare_calls("dlsym");
  for (int i = 0; i < count; ++i) pthread_create(&threads[i], NULL, call_each, NULL);
  for (int i = 0; i < count; ++i) pthread_join(threads[i], NULL);
  printf("all right\n");
  return 0;
}
