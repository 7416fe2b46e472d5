// SPDX-License-Identifier: BSD-3-Clause
// A plug-in that is linked with one of them, and asks which library that is. The call is no tail
// call: the callee must see who calls.
#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <string.h>

int MPI_Init(int* argc, char*** argv);
int start(void);
int print_library(void);

int started;

int start(void) {
  const int code = MPI_Init(0, 0);
  ++started;
  return code;
}

static const char* name_of(const char* path) {
  const char* last = strrchr(path, '/');
  return last ? last + 1 : path;
}

int print_library(void) {
  Dl_info info[2];
  struct link_map* map = NULL;
  if (!dladdr((void*)MPI_Init, &info[0]) ||
      !dladdr1((void*)MPI_Init, &info[1], (void**)&map, RTLD_DL_LINKMAP))
    return -1;
  for (int i = 0; i < 2; ++i) printf("%s %s ", info[i].dli_sname, name_of(info[i].dli_fname));
  return printf("%s\n", name_of(map->l_name));
}
