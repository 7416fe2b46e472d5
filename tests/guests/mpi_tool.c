// SPDX-License-Identifier: BSD-3-Clause
// A tool as profilers are made: preloaded, it counts some of MPI's calls, passes them on by PMPI_
// names, and tells at the end what it saw.
#include <mpi.h>
#include <stdio.h>

static int inits, spawns, gathers;

int MPI_Init(int* argc, char*** argv) {
  ++inits;
  return PMPI_Init(argc, argv);
}

int MPI_Comm_spawn(const char* command, char* argv[], int count, MPI_Info info, int root,
                   MPI_Comm over, MPI_Comm* children, int codes[]) {
  ++spawns;
  return PMPI_Comm_spawn(command, argv, count, info, root, over, children, codes);
}

int MPI_Gather(const void* from, int from_count, MPI_Datatype from_type, void* to, int to_count,
               MPI_Datatype to_type, int root, MPI_Comm over) {
  ++gathers;
  return PMPI_Gather(from, from_count, from_type, to, to_count, to_type, root, over);
}

int MPI_Finalize(void) {
  const int failed = PMPI_Finalize();
  printf("tool: MPI_Init %d, MPI_Comm_spawn %d, MPI_Gather %d\n", inits, spawns, gathers);
  fflush(stdout);
  return failed;
}
