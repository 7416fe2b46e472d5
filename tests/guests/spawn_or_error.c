// SPDX-License-Identifier: BSD-3-Clause
// spawn_or_error [ending]: spawns a copy of itself, or a child that ends before MPI_Init, twice,
// where spawns may fail: says each time whether MPI gave it a child that works, or an error with a
// text; then it ends as MPI programs do.
#include <stdlib.h>
#include <string.h>

#include "call.h"

static void spawn_once(const char* program, char* argument) {
  char* arguments[] = {argument, NULL};
  MPI_Comm child;
  char text[MPI_MAX_ERROR_STRING];
  int length = 0;
  const int code = MPI_Comm_spawn(program, arguments, 1, MPI_INFO_NULL, 0, MPI_COMM_SELF, &child,
                                  MPI_ERRCODES_IGNORE);
  if (code == MPI_SUCCESS) {
    const int wanted = 41;
    hear(child, &wanted, 1);
    printf("result: %d met\n", meet(child, 0));
  } else {
    CALL(MPI_Error_string(code, text, &length));
    CHECK(length > 0);
    printf("failed: %s\n", text);
  }
  fflush(stdout);
}

int main(int argc, char** argv) {
  CALL(MPI_Init(&argc, &argv));
  MPI_Comm parents;
  CALL(MPI_Comm_get_parent(&parents));
  if (parents != MPI_COMM_NULL) {
    tell(parents, 41);
    meet(parents, 1);
  } else {
    CALL(MPI_Comm_set_errhandler(MPI_COMM_SELF, MPI_ERRORS_RETURN));
    CALL(MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN));
    const int ending = argc > 1 && !strcmp(argv[1], "ending");
    for (int round = 0; round < 2; ++round)
      ending ? spawn_once("sleep", "0.2") : spawn_once(argv[0], "child");
  }
  CALL(MPI_Finalize());
  if (parents == MPI_COMM_NULL) printf("finalized\n");
  return 0;
}
