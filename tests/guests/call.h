// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What the programs under test written in C share: checks on both sides of a spawn.
#include <mpi.h>
#include <stdio.h>
#include <unistd.h>

/// A check that fails says so and ends the program there: no later step can hide it.
#define CHECK(condition) ((condition) ? (void)0 : failed(__FILE__, __LINE__, #condition))
#define CALL(function) CHECK((function) == MPI_SUCCESS)

static inline void failed(const char* file, int line, const char* condition) {
  printf("%s:%d: not true: %s\n", file, line, condition);
  fflush(stdout);
  _exit(3);  // no handler that waits for the other side, which waits for us
}

/// Merges both sides, sums over all, disconnects. The other side does the same. @return how many
/// processes there were
static inline int meet(MPI_Comm family, int is_child) {
  int here, there, rank, size, sum;
  CALL(MPI_Comm_size(family, &here));
  CALL(MPI_Comm_remote_size(family, &there));
  MPI_Comm all;
  CALL(MPI_Intercomm_merge(family, is_child, &all));
  CALL(MPI_Comm_rank(all, &rank));
  CALL(MPI_Comm_size(all, &size));
  CHECK(size == here + there);
  CHECK(is_child ? rank >= there : rank < here);
  CALL(MPI_Allreduce(&rank, &sum, 1, MPI_INT, MPI_SUM, all));
  CHECK(sum == size * (size - 1) / 2);
  CALL(MPI_Comm_free(&all));
  CALL(MPI_Comm_disconnect(&family));
  return size;
}

/// The parents' part: what each child tells, in the order of their ranks, is as wanted.
static inline void hear(MPI_Comm children, const int* wanted, int count) {
  int numbers[16] = {0}, rank;
  CALL(MPI_Comm_rank(children, &rank));
  CALL(
      MPI_Gather(NULL, 0, MPI_INT, numbers, 1, MPI_INT, rank ? MPI_PROC_NULL : MPI_ROOT, children));
  for (int i = 0; i < count && !rank; ++i) CHECK(numbers[i] == wanted[i]);
}

/// The child's part.
static inline void tell(MPI_Comm parents, int number) {
  CALL(MPI_Gather(&number, 1, MPI_INT, NULL, 0, MPI_INT, 0, parents));
}

/// Spawns `count` copies of `program`, each with the words "child" and `number` and, if not NULL,
/// `more`; they tell their number back.
static inline MPI_Comm spawn(const char* program, int count, int number, const char* more,
                             MPI_Comm over) {
  char word[16];
  snprintf(word, sizeof word, "%d", number);
  char* arguments[] = {"child", word, (char*)more, NULL};
  int codes[16], wanted[16];
  MPI_Comm children;
  for (int i = 0; i < count; ++i) codes[i] = -1, wanted[i] = number;
  CALL(MPI_Comm_spawn(program, arguments, count, MPI_INFO_NULL, 0, over, &children, codes));
  for (int i = 0; i < count; ++i) CHECK(codes[i] == MPI_SUCCESS);
  hear(children, wanted, count);
  return children;
}
