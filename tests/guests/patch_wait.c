// SPDX-License-Identifier: BSD-3-Clause
// patch_wait LIBRARY [thread]: opens a libucp and says how often UCX yielded the processor: it does
// so for as long as it waits at a function that it patches. Its clock is ours, and goes on by 0.1
// ms at each look: so the count is the same on every machine. thread: another thread maps memory
// all along, which is what UCX waits for.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

static atomic_long yields;
static atomic_int end;

// Before libc's, for all libraries.
int sched_yield(void) {
  ++yields;
  return (int)syscall(SYS_sched_yield);
}

int gettimeofday(struct timeval* restrict now, void* restrict zone) {
  static atomic_long looks;
  (void)zone;
  const long tenths = ++looks;
  now->tv_sec = 1000000000 + tenths / 10000;
  now->tv_usec = tenths % 10000 * 100;
  return 0;
}

static void* map_memory(void* nothing) {
  while (!end) {
    void* page = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(page, 1, 65536);
    munmap(page, 65536);
  }
  return nothing;
}

int main(int count, char** words) {
  pthread_t thread;
  const int with_thread = count > 2;
  if (with_thread && pthread_create(&thread, NULL, map_memory, NULL)) return 1;
  void* library = dlopen(words[1], RTLD_NOW | RTLD_GLOBAL);
  if (!library) {
    printf("%s\n", dlerror());
    return 1;
  }
  end = 1;
  if (with_thread) pthread_join(thread, NULL);
  printf("%ld\n", (long)yields);
  return 0;
}
