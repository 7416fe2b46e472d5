// SPDX-License-Identifier: BSD-3-Clause
// sanitized STEP: a program under a sanitizer. ok; bad (reads what it has freed); run COMMAND (with
// the shell, and ends with its status).
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static char* volatile freed;

int main(int argc, char** argv) {
  const char* step = argc > 1 ? argv[1] : "ok";
  puts("it runs");
  fflush(stdout);
  if (!strcmp(step, "run") && argc > 2) {
    const int status = system(argv[2]);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
  }
  if (!strcmp(step, "bad")) {
    freed = malloc(8);
    free(freed);
    return freed[0];
  }
  return 0;
}
