// SPDX-License-Identifier: BSD-3-Clause
// call_spawn STEP...: spawns copies of itself, in each of the ways that are named.
#include <stdlib.h>
#include <string.h>

#include "call.h"

static const char* self;

static void spawn_some(void) {
  for (int count = 1; count <= 8; count += count == 1 ? 2 : 5)
    printf("spawn %d: %d met\n", count,
           meet(spawn(self, count, 40 + count, NULL, MPI_COMM_SELF), 0));
}

static void spawn_multiple(int first) {
  char* one[] = {"child", "10", NULL};
  char* other[] = {"child", "20", "unused", NULL};
  char* programs[] = {(char*)self, (char*)self};
  char** arguments[] = {one, other};
  const int counts[] = {first, 1};
  const MPI_Info infos[] = {MPI_INFO_NULL, MPI_INFO_NULL};
  const int wanted[] = {10, first == 2 ? 10 : 20, 20};
  int codes[3];
  MPI_Comm children;
  CALL(MPI_Comm_spawn_multiple(2, programs, arguments, counts, infos, 0, MPI_COMM_SELF, &children,
                               codes));
  for (int i = 0; i <= first; ++i) CHECK(codes[i] == MPI_SUCCESS);
  hear(children, wanted, first + 1);
  printf("multiple %d+1: %d met\n", first, meet(children, 0));
}

static void spawn_many(void) {
  for (int i = 0; i < 20; ++i) meet(spawn(self, 1, i, NULL, MPI_COMM_SELF), 0);
  printf("20 in a row\n");
}

// Asks what hydra is started for before any spawn.
static void ask_universe_size(void) {
  int *size, found;
  CALL(MPI_Comm_get_attr(MPI_COMM_WORLD, MPI_UNIVERSE_SIZE, &size, &found));
  if (found) CHECK(*size >= 1);
  printf("universe size %s\n", found ? "known" : "unknown");
}

// All of MPI_COMM_WORLD at once, under mpiexec.
static void spawn_together(void) {
  int rank;
  CALL(MPI_Comm_rank(MPI_COMM_WORLD, &rank));
  for (int round = 0; round < 2; ++round) {
    const int met = meet(spawn(self, 2, 60 + round, NULL, MPI_COMM_WORLD), 0);
    printf("rank %d, round %d: %d met\n", rank, round, met);
  }
}

// Whoever waits for them waits for ever: an error, and the next spawn succeeds.
static void children_that_end(void) {
  char* arguments[] = {"-c", "sleep 0.3; exit 3", NULL};
  int codes[2] = {MPI_SUCCESS, MPI_SUCCESS};
  MPI_Comm children;
  CALL(MPI_Comm_set_errhandler(MPI_COMM_SELF, MPI_ERRORS_RETURN));
  const int code =
      MPI_Comm_spawn("sh", arguments, 2, MPI_INFO_NULL, 0, MPI_COMM_SELF, &children, codes);
  CHECK(code != MPI_SUCCESS);
  CHECK(codes[0] == code && codes[1] == code);
  char text[MPI_MAX_ERROR_STRING];
  int length;
  CALL(MPI_Error_string(code, text, &length));
  printf("%s\n", text);
  CHECK(strstr(text, "ended before they called MPI_Init"));
  CHECK(meet(spawn(self, 1, 44, NULL, MPI_COMM_SELF), 0) == 2);
}

static void do_step(const char* name) {
  if (!strcmp(name, "some")) spawn_some();
  if (!strcmp(name, "multiple")) spawn_multiple(1), spawn_multiple(2);
  if (!strcmp(name, "many")) spawn_many();
  if (!strcmp(name, "universe")) ask_universe_size();
  if (!strcmp(name, "together")) spawn_together();
  if (!strcmp(name, "ending")) children_that_end();
  if (!strcmp(name, "grandchild")) meet(spawn(self, 1, 5, "again", MPI_COMM_SELF), 0);
  fflush(stdout);
}

int main(int argc, char** argv) {
  self = argv[0];
  CALL(MPI_Init(&argc, &argv));
  MPI_Comm parents;
  CALL(MPI_Comm_get_parent(&parents));
  if (parents != MPI_COMM_NULL) {
    CHECK(argc >= 3 && !strcmp(argv[1], "child"));
    // A grandchild is spawned and gone before its parent answers.
    if (argc == 4 && !strcmp(argv[3], "again"))
      CHECK(meet(spawn(self, 2, 7, NULL, MPI_COMM_SELF), 0) == 3);
    tell(parents, atoi(argv[2]));
    meet(parents, 1);
  } else {
    for (int i = 1; i < argc; ++i) do_step(argv[i]);
  }
  CALL(MPI_Finalize());
  if (parents == MPI_COMM_NULL) printf("all right\n");
  return 0;
}
