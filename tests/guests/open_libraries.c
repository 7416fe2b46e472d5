// SPDX-License-Identifier: BSD-3-Clause
// open_libraries CASE FOLDER: what plug-ins and those who look for libraries do. Prints what comes
// of it, which must be the same with any preload.
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const char* folder;

static void* library(const char* name) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  void* opened = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!opened) printf("%s\n", dlerror()), exit(1);
  return opened;
}

static int call(void* opened, const char* name) {
  int (*function)(int*, char***) = NULL;
  *(void**)&function = dlsym(opened, name);
  return function ? function(NULL, NULL) : -1;
}

static void both(void) {
  printf("%d %d\n", call(library("libuser_of_mpi_1.so"), "start"),
         call(library("libuser_of_mpi_2.so"), "start"));
  void *first = library("libstand_in_mpi_1.so"), *second = library("libstand_in_mpi_2.so");
  printf("%d %d\n", call(first, "MPI_Init"), call(second, "MPI_Init"));
}

static void whose_function(void) {
  call(library("libuser_of_mpi_1.so"), "print_library");
  call(library("libuser_of_mpi_2.so"), "print_library");
}

static void closed_and_opened_again(void) {
  void* first = library("libstand_in_mpi_1.so");
  printf("%d\n", call(first, "MPI_Init"));
  dlclose(first);
  for (int i = 0; i < 64; ++i)  // now it comes to lie elsewhere
    mmap(NULL, 8 << 20, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  printf("%d\n", call(library("libuser_of_mpi_1.so"), "start"));
  printf("%d\n", call(library("libstand_in_mpi_1.so"), "MPI_Init"));
}

// None of two copies of UCX is used, then one, then both: each gives back its own requests. The
// second was started where nobody saw it.
static void requests(void) {
  void *first = library("libuser_of_ucx_1.so"), *second = library("libuser_of_ucx_2.so");
  printf("%d ", call(first, "release")), printf("%d\n", call(second, "release"));
  call(first, "start"), printf("%d\n", call(first, "release"));
  call(second, "make_endpoint");
  printf("%d ", call(first, "release")), printf("%d\n", call(second, "release"));
}

// A program clears up before it says what failed.
static void message(void) {
  dlopen("/not/there", RTLD_NOW);
  unlink("not there");
  const char* error = dlerror();
  printf("%s\n", error ? error : "no error");
}

static void plug_in(void) {
  getenv("PMI_FD");  // as an MPI does that is starting
  library("plug_in_that_waits.so");
  printf("opened\n");
}

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  folder = argv[2];
  const struct {
    const char* name;
    void (*run)(void);
  } cases[] = {{"both", both},
               {"again", closed_and_opened_again},
               {"whose", whose_function},
               {"requests", requests},
               {"message", message},
               {"plug-in", plug_in}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i)
    if (!strcmp(cases[i].name, argv[1])) return cases[i].run(), 0;
  return 2;
}
