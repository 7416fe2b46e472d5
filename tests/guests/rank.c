// SPDX-License-Identifier: BSD-3-Clause
// A rank that tells how it was started: its arguments, whether LD_PRELOAD and SIDESTEP_MARK reached
// it, and how many of its ancestors have a libsidestep.so mapped or in LD_PRELOAD. MPI is linked,
// not started.
// Usage: rank tell ANCESTOR [ARGUMENT...] | exit STATUS | kill SIGNAL | read
// ANCESTOR: the process above which nobody is asked.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int PMPI_Get_version(int* version, int* subversion);

static int has_library(int process, const char* file, char end) {
  char path[64], *line = NULL;
  size_t size = 0;
  int found = 0;
  snprintf(path, sizeof path, "/proc/%d/%s", process, file);
  FILE* in = fopen(path, "r");
  if (!in) return 0;
  while (getdelim(&line, &size, end, in) > 0)
    if (strstr(line, "libsidestep.so")) found = 1;
  free(line);
  fclose(in);
  return found;
}

static int parent_of(int process) {
  char path[64], name;
  int parent = 0;
  snprintf(path, sizeof path, "/proc/%d/stat", process);
  FILE* in = fopen(path, "r");
  if (!in) return 0;
  if (fscanf(in, "%*d (%*[^)]) %c %d", &name, &parent) != 2) parent = 0;
  fclose(in);
  return parent;
}

static void tell(int last, int count, char** arguments) {
  char text[4096];
  int preloaded = 0, used = 0;
  for (int at = getppid(); at > 1 && at != last; at = parent_of(at))
    preloaded += has_library(at, "environ", 0) || has_library(at, "maps", '\n');
  const char *preload = getenv("LD_PRELOAD"), *mark = getenv("SIDESTEP_MARK");
  used = snprintf(text, sizeof text, "rank: LD_PRELOAD=%s mapped=%d mark=%s above=%d",
                  preload ? preload : "", has_library(getpid(), "maps", '\n'), mark ? mark : "",
                  preloaded);
  for (int i = 0; i < count; ++i)
    used += snprintf(text + used, sizeof text - (size_t)used, " [%s]", arguments[i]);
  text[used++] = '\n';
  if (write(1, text, (size_t)used) < 0) exit(2);  // one write: ranks share a pipe
}

int main(int argc, char** argv) {
  int version, subversion, byte;
  if (argc < 2 || PMPI_Get_version(&version, &subversion)) return 2;
  if (!strcmp(argv[1], "exit")) return atoi(argv[2]);
  if (!strcmp(argv[1], "kill")) return raise(atoi(argv[2]));
  if (!strcmp(argv[1], "read")) return (byte = getchar()) == EOF ? puts("end of input") < 0 : 3;
  tell(argc > 2 ? atoi(argv[2]) : 1, argc - 3, argv + 3);
  return 0;
}
