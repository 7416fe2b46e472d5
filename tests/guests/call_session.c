// SPDX-License-Identifier: BSD-3-Clause
// call_session: spawns from a communicator of a session; MPI_Init is never called (its children
// do).
#include <string.h>

#include "call.h"

static void be_child(int argc, char** argv) {
  MPI_Comm parents;
  CALL(MPI_Init(&argc, &argv));
  CALL(MPI_Comm_get_parent(&parents));
  tell(parents, 9);
  meet(parents, 1);
  CALL(MPI_Finalize());
}

int main(int argc, char** argv) {
  if (argc > 1 && !strcmp(argv[1], "child")) {
    be_child(argc, argv);
    return 0;
  }
  const int world = argc > 1 && !strcmp(argv[1], "world");
  MPI_Session session;
  MPI_Group group;
  MPI_Comm everyone;
  // Not after the session: 4.2 and 4.3 then crash at MPI_Finalize, under mpiexec too.
  if (world) CALL(MPI_Init(&argc, &argv));
  CALL(MPI_Session_init(MPI_INFO_NULL, MPI_ERRORS_ARE_FATAL, &session));
  CALL(MPI_Group_from_session_pset(session, "mpi://WORLD", &group));
  CALL(MPI_Comm_create_from_group(group, "sidestep", MPI_INFO_NULL, MPI_ERRORS_ARE_FATAL,
                                  &everyone));
  CALL(MPI_Group_free(&group));
  for (int count = 1; count < 3; ++count)
    CHECK(meet(spawn(argv[0], count, 9, NULL, everyone), 0) == 1 + count);
  CALL(MPI_Comm_free(&everyone));
  CALL(MPI_Session_finalize(&session));
  if (world) CALL(MPI_Finalize());
  printf("all right\n");
  return 0;
}
