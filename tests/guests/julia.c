// SPDX-License-Identifier: BSD-3-Clause
/* julia [ARGUMENT...]: what the loader takes for a Julia, as it is linked with a libjulia. Does
 * what the shell script in JULIA_DOES does, with these arguments. */
#include <stdlib.h>
#include <unistd.h>

extern int jl_ver_major(void);

int main(int count, char** arguments) {
  char* command[64] = {"sh", "-c", getenv("JULIA_DOES"), "julia"};
  if (jl_ver_major() != 1 || count > 60) return 1;
  for (int i = 1; i < count; ++i) command[3 + i] = arguments[i];
  execv("/bin/sh", command);
  return 1;
}
