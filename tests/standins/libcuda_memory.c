// SPDX-License-Identifier: BSD-3-Clause
// Where device memory lies. A device address is mapped PROT_NONE: who takes it for host memory dies
// of SIGSEGV, as with a real GPU. The bytes lie elsewhere, and only the driver knows where.
#define _GNU_SOURCE
#include <pthread.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "libcuda.h"

enum { page = 4096, kept_pages = 512 };

struct free_pages {
  struct free_pages* next;
  CUdeviceptr start;
};

// One lock for all: what it guards takes less than a microsecond.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct free_pages* freed[kept_pages + 1];  // by their number of pages, last freed first
static void* table;                               // a tree of allocations, by address
static int unmaps;

__attribute__((constructor)) static void read_settings(void) {
  const char* value = getenv("STANDIN_UNMAP");
  unmaps = value && !strcmp(value, "1");
}

static size_t pages(size_t size) { return (size + page - 1) / page; }

// Overlapping stretches are equal, so an address inside finds its allocation.
static int compare(const void* left, const void* right) {
  const struct allocation *a = left, *b = right;
  if (a->start + a->size <= b->start) return -1;
  return a->start >= b->start + b->size;
}

static struct allocation* find(CUdeviceptr inside) {
  const struct allocation key = {.start = inside, .size = 1};
  struct allocation** node = tfind(&key, &table, compare);
  return node ? *node : NULL;
}

struct memory* memory_new(size_t size) {
  struct memory* memory = calloc(1, sizeof *memory);
  memory->size = size;
  memory->uses = 1;
  return memory;
}

void memory_keep(struct memory* memory) {
  pthread_mutex_lock(&lock);
  ++memory->uses;
  pthread_mutex_unlock(&lock);
}

void memory_drop(struct memory* memory) {
  pthread_mutex_lock(&lock);
  const int last = --memory->uses == 0;
  pthread_mutex_unlock(&lock);
  if (!last) return;
  free(memory->bytes);
  free(memory);
}

CUdeviceptr addresses_take(size_t size) {
  const size_t count = pages(size);
  struct free_pages* last = NULL;
  if (count <= kept_pages) {
    pthread_mutex_lock(&lock);
    last = freed[count];
    if (last) freed[count] = last->next;
    pthread_mutex_unlock(&lock);
  }
  if (last) {
    const CUdeviceptr start = last->start;
    free(last);
    return start;
  }
  void* start = mmap(NULL, count * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return start == MAP_FAILED ? 0 : (CUdeviceptr)start;
}

void addresses_give(CUdeviceptr start, size_t size) {
  const size_t count = pages(size);
  if (unmaps || count > kept_pages) {
    munmap((void*)start, count * page);
    return;
  }
  struct free_pages* last = malloc(sizeof *last);
  last->start = start;
  pthread_mutex_lock(&lock);
  last->next = freed[count];
  freed[count] = last;
  pthread_mutex_unlock(&lock);
}

static int seen_by_host(enum kind kind) { return (kind & (managed | host)) != 0; }

// Memory that the host can use as well lies where it seems to.
static void open_to_host(struct allocation* new) {
  mprotect((void*)new->start, new->size, PROT_READ | PROT_WRITE);
}

static void close_to_host(CUdeviceptr start, size_t size) {
  if (unmaps) return;
  mmap((void*)start, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

CUresult allocation_new(CUdeviceptr* at, size_t size, enum kind kind, struct memory* of,
                        size_t offset) {
  static unsigned long long last_id;
  if (!at || size == 0) return CUDA_ERROR_INVALID_VALUE;
  struct allocation* new = calloc(1, sizeof *new);
  new->fixed = *at != 0;
  new->start = new->fixed ? *at : addresses_take(size);
  new->size = size;
  new->kind = kind;
  new->memory = of ? of : memory_new(size);
  new->offset = offset;
  if (of) memory_keep(of);
  if (new->start && seen_by_host(kind)) open_to_host(new);

  pthread_mutex_lock(&lock);
  new->id = ++last_id;
  struct allocation** node = new->start ? tsearch(new, &table, compare) : NULL;
  const int inserted = node && *node == new;
  pthread_mutex_unlock(&lock);
  if (inserted) {
    *at = new->start;
    return CUDA_SUCCESS;
  }
  // Only fixed addresses can be in use already.
  const CUresult why = new->start ? CUDA_ERROR_INVALID_VALUE : CUDA_ERROR_OUT_OF_MEMORY;
  memory_drop(new->memory);
  free(new);
  return why;
}

CUresult allocation_end(CUdeviceptr start, int kinds) {
  pthread_mutex_lock(&lock);
  struct allocation* old = find(start);
  if (old && (old->start != start || !(old->kind & kinds))) old = NULL;
  if (old) tdelete(old, &table, compare);
  pthread_mutex_unlock(&lock);
  if (!old) return CUDA_ERROR_INVALID_VALUE;
  memory_drop(old->memory);
  if (seen_by_host(old->kind)) close_to_host(old->start, old->size);
  if (!old->fixed) addresses_give(old->start, old->size);
  free(old);
  return CUDA_SUCCESS;
}

int allocation_find(CUdeviceptr inside, struct allocation* found) {
  pthread_mutex_lock(&lock);
  const struct allocation* here = find(inside);
  if (here) *found = *here;
  pthread_mutex_unlock(&lock);
  return here != NULL;
}

char* allocation_bytes(CUdeviceptr inside, size_t size) {
  char* bytes = (char*)inside;  // the host's own
  pthread_mutex_lock(&lock);
  const struct allocation* here = find(inside);
  if (here && inside + size > here->start + here->size) {
    bytes = NULL;
  } else if (here && !seen_by_host(here->kind)) {
    struct memory* memory = here->memory;
    if (!memory->bytes) memory->bytes = calloc(1, memory->size);
    bytes = memory->bytes + here->offset + (inside - here->start);
  }
  pthread_mutex_unlock(&lock);
  return bytes;
}
