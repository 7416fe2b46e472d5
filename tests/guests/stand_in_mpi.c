// SPDX-License-Identifier: BSD-3-Clause
// A library that has MPI_Init, and says by what it returns which of two it is.
int MPI_Init(int* argc, char*** argv);

int MPI_Init(int* argc, char*** argv) {
  (void)argc, (void)argv;
  return WHICH;
}
