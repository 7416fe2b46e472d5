// SPDX-License-Identifier: BSD-3-Clause
// Whose functions does the CUDA runtime call? It asks for all of the driver's when it is first
// used, and keeps what it gets. Prints NAME and the library that it is in, for each function of the
// driver that allocates or frees, as they stand in this process's writable memory.
// Needs no GPU: a runtime that then refuses to work has its functions by then.
// OPENED: the runtime is opened by dlopen; LIBCUDART names it.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef OPENED
static int allocate(void** into) {
  void* runtime = dlopen(getenv("LIBCUDART"), RTLD_NOW | RTLD_LOCAL);
  if (!runtime) {
    printf("%s\n", dlerror());
    exit(2);
  }
  int (*cudaMalloc)(void**, size_t);
  *(void**)&cudaMalloc = dlsym(runtime, "cudaMalloc");
  return cudaMalloc(into, 16);
}
#else
int cudaMalloc(void** into, size_t size);

static int allocate(void** into) { return cudaMalloc(into, 16); }
#endif

static const char* base(const char* path) {
  const char* slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

// Device memory; cuMemFreeHost is of no interest.
static int allocates_or_frees(const char* name) {
  return !strncmp(name, "cuMemAlloc", 10) || !strcmp(name, "cuMemFree_v2") ||
         !strncmp(name, "cuMemFreeAsync", 14) || !strncmp(name, "cuIpcOpen", 9) ||
         !strncmp(name, "cuIpcClose", 10) || !strcmp(name, "cuExternalMemoryGetMappedBuffer") ||
         !strcmp(name, "cuGraphAddMemAllocNode") || !strcmp(name, "cuMemPoolImportPointer");
}

// The library that holds an address. Not what dladdr says: of a function that a preload interposes
// that may be the genuine one's.
struct search {
  uintptr_t address;
  const char* library;
};

static int look(struct dl_phdr_info* object, size_t size, void* with) {
  struct search* search = with;
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const ElfW(Phdr)* segment = &object->dlpi_phdr[i];
    const uintptr_t start = object->dlpi_addr + segment->p_vaddr;
    if (segment->p_type == PT_LOAD && search->address - start < segment->p_memsz)
      search->library = object->dlpi_name;
  }
  (void)size;
  return search->library != NULL;
}

static const char* library_of(uintptr_t address) {
  struct search search = {address, NULL};
  dl_iterate_phdr(look, &search);
  return search.library ? base(search.library) : "?";
}

static void print_functions_in(uintptr_t start, uintptr_t end) {
  for (const uintptr_t* at = (const uintptr_t*)start; at < (const uintptr_t*)end; ++at) {
    Dl_info function;
    if (*at < 4096 || *at >> 47 || !dladdr((void*)*at, &function) || !function.dli_sname) continue;
    if (function.dli_saddr == (void*)*at && allocates_or_frees(function.dli_sname))
      printf("%s %s\n", function.dli_sname, library_of(*at));
  }
}

// Whether this is the memory of a library that has such functions itself, and so their addresses.
static int has_own(const char* path) {
  const char* name = base(path);
  return !strncmp(name, "libcuda.so", 10) || strstr(name, "sidestep") || !strncmp(name, "ld-", 3);
}

int main(void) {
  void* memory = NULL;
  dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);  // a runtime that refuses closes it
  const int status = allocate(&memory);
  fprintf(stderr, "cudaMalloc: %d\n", status);
  FILE* maps = fopen("/proc/self/maps", "re");
  char line[4400];
  uintptr_t last_end = 0;
  int skipped = 0;
  while (maps && fgets(line, sizeof line, maps)) {
    uintptr_t start, end;
    char rights[5], path[4096] = "";
    if (sscanf(line, "%lx-%lx %4s %*s %*s %*s %4095[^\n]", &start, &end, rights, path) < 3)
      continue;
    // What belongs to a library and is in no file lies right behind it.
    skipped = has_own(path) || (!*path && start == last_end && skipped);
    last_end = end;
    if (!skipped && !strncmp(rights, "rw", 2) && strcmp(path, "[stack]"))
      print_functions_in(start, end);
  }
  return 0;
}
