// SPDX-License-Identifier: BSD-3-Clause
// library_spawn [N]: spawns a copy of itself, with N descriptors left. MPI's error is an outcome
// too: then it says so, and goes on without children.
#include <fcntl.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

static int taken[256], count;

static void leave(int descriptors) {
  const struct rlimit limit = {sizeof taken / sizeof *taken, sizeof taken / sizeof *taken};
  setrlimit(RLIMIT_NOFILE, &limit);
  for (int fd; (fd = dup(0)) >= 0; fcntl(fd, F_SETFD, FD_CLOEXEC)) taken[count++] = fd;
  while (descriptors-- && count) close(taken[--count]);
}

int main(int argc, char** argv) {
  MPI_Comm parent, children;
  if (MPI_Init(&argc, &argv)) {
    printf("MPI's error: MPI_Init\nall right\n");
    return 0;
  }
  MPI_Comm_get_parent(&parent);
  if (parent != MPI_COMM_NULL) {
    MPI_Comm_disconnect(&parent);
    MPI_Finalize();
    return 0;
  }
  MPI_Comm_set_errhandler(MPI_COMM_SELF, MPI_ERRORS_RETURN);
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  unsetenv("SIDESTEP_CONFIG"),
      unsetenv("SIDESTEP_REPORT");  // the child's lines would come between ours
  if (argc > 1) leave(atoi(argv[1]));
  const int code = MPI_Comm_spawn(argv[0], MPI_ARGV_NULL, 1, MPI_INFO_NULL, 0, MPI_COMM_SELF,
                                  &children, MPI_ERRCODES_IGNORE);
  if (!code) MPI_Comm_disconnect(&children);
  while (count) close(taken[--count]);
  char text[MPI_MAX_ERROR_STRING] = "";
  int length;
  if (code) MPI_Error_string(code, text, &length);
  printf(code ? "MPI's error: %s\n" : "spawned%s\n", text);
  MPI_Finalize();
  printf("all right\n");
  return 0;
}
