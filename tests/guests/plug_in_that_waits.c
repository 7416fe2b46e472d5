// SPDX-License-Identifier: BSD-3-Clause
// Its constructor waits for a thread that makes a folder, and for one that forks: while it does,
// the loader's lock is held.
#include <pthread.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void* make_folder(void* path) {
  mkdir(path, 0700);
  return NULL;
}

static void* fork_one(void* nothing) {
  const pid_t child = fork();
  if (!child) _exit(0);
  waitpid(child, NULL, 0);
  return nothing;
}

static void wait_for(void* (*work)(void*), void* with) {
  pthread_t thread;
  pthread_create(&thread, NULL, work, with);
  pthread_join(thread, NULL);
}

__attribute__((constructor)) static void constructor(void) {
  wait_for(make_folder, "made by a plug-in");
  wait_for(fork_one, NULL);
}
