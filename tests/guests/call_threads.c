// SPDX-License-Identifier: BSD-3-Clause
// call_threads: spawns while four threads allocate, fork and, where MPI allows it, send to
// themselves.
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "call.h"

static atomic_int done;
static atomic_long rounds[4];

static void* allocate(void* which) {
  while (!atomic_load(&done)) {
    char* blocks[64];
    for (int i = 0; i < 64; ++i) memset(blocks[i] = malloc(64U << (i % 10)), i, 64);
    for (int i = 0; i < 64; ++i) free(blocks[i]);
    atomic_fetch_add(&rounds[*(int*)which], 1);
  }
  return NULL;
}

static void* start_programs(void* which) {
  char* const arguments[] = {"true", NULL};
  while (!atomic_load(&done)) {
    int status = -1;
    const pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
      execvp("true", arguments);
      _exit(1);
    }
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    atomic_fetch_add(&rounds[*(int*)which], 1);
  }
  return NULL;
}

static MPI_Comm myself;

static void* talk_to_self(void* which) {
  for (int sent = 0; !atomic_load(&done); ++sent) {
    int received = -1;
    CALL(MPI_Sendrecv(&sent, 1, MPI_INT, 0, 1, &received, 1, MPI_INT, 0, 1, myself,
                      MPI_STATUS_IGNORE));
    CHECK(received == sent);
    atomic_fetch_add(&rounds[*(int*)which], 1);
  }
  return NULL;
}

static void spawn_meanwhile(const char* self, int provided) {
  void* (*const bodies[4])(void*) = {allocate, allocate, start_programs,
                                     provided == MPI_THREAD_MULTIPLE ? talk_to_self : allocate};
  pthread_t threads[4];
  int numbers[4] = {0, 1, 2, 3};
  CALL(MPI_Comm_dup(MPI_COMM_SELF, &myself));
  for (int i = 0; i < 4; ++i) CHECK(!pthread_create(&threads[i], NULL, bodies[i], &numbers[i]));
  for (int i = 0; i < 4; ++i)
    while (!atomic_load(&rounds[i])) usleep(1000);  // all four are at it
  for (int i = 1; i < 4; ++i) meet(spawn(self, i, i, NULL, MPI_COMM_SELF), 0);
  atomic_store(&done, 1);
  for (int i = 0; i < 4; ++i) CHECK(!pthread_join(threads[i], NULL));
  CALL(MPI_Comm_free(&myself));
}

int main(int argc, char** argv) {
  int provided;
  CALL(MPI_Init_thread(&argc, &argv, MPI_THREAD_MULTIPLE, &provided));
  MPI_Comm parents;
  CALL(MPI_Comm_get_parent(&parents));
  if (parents != MPI_COMM_NULL) {
    tell(parents, atoi(argv[2]));
    meet(parents, 1);
  } else {
    spawn_meanwhile(argv[0], provided);
    printf("thread level %s\n", provided == MPI_THREAD_MULTIPLE ? "multiple" : "lower");
  }
  CALL(MPI_Finalize());
  if (parents == MPI_COMM_NULL) printf("all right\n");
  return 0;
}
