// SPDX-License-Identifier: BSD-3-Clause
// ask_environment NAME...: what getenv says of each. NULL: of no name at all, in a program without
// an environment.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char** argv) {
  char* (*volatile const ask)(const char*) = getenv;
  for (int i = 1; i < argc; ++i) {
    const int none = !strcmp(argv[i], "NULL");
    if (none) environ = NULL;
    const char* value = ask(none ? NULL : argv[i]);
    printf("%s\n", value ? value : "not set");
  }
  return 0;
}
