// SPDX-License-Identifier: BSD-3-Clause
// A plug-in that is linked with one of them. The call is no tail call: the callee must see
// who calls.
int MPI_Init(int* argc, char*** argv);
int start(void);

int started;

int start(void) {
  const int code = MPI_Init(0, 0);
  ++started;
  return code;
}
