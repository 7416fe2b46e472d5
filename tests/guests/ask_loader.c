// SPDX-License-Identifier: BSD-3-Clause
// What dlsym says must be the same with any preload, but for functions that a preload
// interposes; and of those that nobody has it must say so. Prints one line for each question.
// PROFILED: linked with a profiler in front of a library.
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int next_who(void);
int lowest(void);
int cuMemAlloc_v2(unsigned long long* into, unsigned long size);

// What is said of names that nobody defines, in the global scope and in the program's own handle.
static void absent(const char* name) {
  void* found = dlsym(RTLD_DEFAULT, name);
  const char* error = dlerror();
  printf("%s: %s, %s\n", name, found ? "found" : "not found", error ? "said so" : "no error");
  found = dlsym(dlopen(NULL, RTLD_NOW), name);
  error = dlerror();
  printf("%s of the program: %s, %s\n", name, found ? "found" : "not found",
         error ? "said so" : "no error");
}

static int call(void* function) {
  int (*allocate)(unsigned long long*, unsigned long) = NULL;
  unsigned long long address = 0;
  *(void**)&allocate = function;
  return allocate ? allocate(&address, 1) : -1;
}

int main(int argc, char** argv) {
  void* lower = dlopen(argc > 1 ? argv[1] : "", RTLD_NOW | RTLD_LOCAL);
  if (!lower) return printf("%s\n", dlerror()), 1;
  dlerror();
  void* found = dlsym(lower, "cuMemAlloc_v2");
  const char* error = dlerror();  // how a program asks whether a look-up went well
  printf("by handle: %d, %s\n", call(found), error ? error : "no error");
  found = dlsym(lower, "MPI_Init");
  printf("MPI_Init by handle: %s\n", found ? "found" : dlerror() ? "not found" : "no error");
#ifdef PROFILED
  printf("next to the profiler: %d\n", next_who());
  printf("called: %d\n", lowest() + cuMemAlloc_v2(NULL, 1));
  printf("by default: %d\n", call(dlsym(RTLD_DEFAULT, "cuMemAlloc_v2")));
  printf("next to the program: %d\n", call(dlsym(RTLD_NEXT, "cuMemAlloc_v2")));
#else
  absent("cuMemAlloc_v2");
#endif
  absent("MPI_Init");
  absent("ucp_init_version");
  absent("nobody_has_this");
  return 0;
}
