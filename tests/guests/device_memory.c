// SPDX-License-Identifier: BSD-3-Clause
// device_memory WAY ENTRY|all [CYCLES THREADS]: does UCX know device memory from the host's?
// device_memory WAY ENTRY message: do messages from device memory arrive? Where UCX takes it for
// the host's, this dies of SIGSEGV.
// device_memory WAY ENTRY latency: how long do small messages take?
// device_memory WAY ENTRY allocate N: N pieces, one after the other, for who counts instructions.
//
// WAY is how it comes to the driver's functions (device_memory_find.c), ENTRY how it allocates
// (device_memory_entries.c). Threads allocate, ask UCX what it would take the memory for, and free;
// where STANDIN_UNMAP=1 gives freed addresses back, they use those as host memory and ask again.
// LIBUCP names libucp. LATE=N: N allocations are older than UCX. SAY=1: is UCX's cache on?
// PASS_OVER=1: ways to allocate that this machine's driver refuses are left out.
#define _GNU_SOURCE
#include "device_memory.h"

#include <ctype.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "device_memory_graphs.h"

enum { slots = 16, most_late = 8192, largest = 64 << 10, page = 4096, typed_once_in = 10 };

static const struct entry *first_entry, *last_entry;  // which are tried, the last one included
static long cycles = 100000;
static int threads = 8;
static int unmaps;
static int refused[64];  // by entry

static long asked, missed, mistaken;
static const char* first_missed;

void fail(const char* why, const char* name) {
  printf("%s: %s\n", name, why);
  fflush(stdout);
  _exit(2);
}

void* must(void* found, const char* name) {
  if (!found) fail(dlerror() ? dlerror() : "it is not there", name);
  return found;
}

static void count(long* counter) { __atomic_add_fetch(counter, 1, __ATOMIC_RELAXED); }

static void make(struct piece* p, const struct entry* entry, size_t size) {
  memset(p, 0, sizeof *p);
  p->entry = entry;
  p->size = size;
  if (entry->make(p) != CUDA_SUCCESS) fail("it cannot be allocated", entry->name);
}

static int is_tried(long entry) {
  // The driver keeps the addresses of a graph: the host gets them here alone.
  return !refused[entry] && !(unmaps && entries[entry].end == end_by_node);
}

static void ask_of_part(const struct piece* p, unsigned random) {
  const size_t skipped = random % p->size;
  const enum answer answer = ask(p->start + skipped, p->size - skipped);
  count(&asked);
  if (p->entry->is == pinned) {
    if (answer == taken_for_device) count(&mistaken);
    return;
  }
  if (answer == taken_for_host) {
    const char* none = NULL;
    count(&missed);
    __atomic_compare_exchange_n(&first_missed, &none, p->entry->name, 0, __ATOMIC_RELAXED,
                                __ATOMIC_RELAXED);
  } else if (answer == any && random % typed_once_in == 0) {
    make_typed(p->start, p->size);
  }
}

// Only where nobody else was faster.
static void use_as_host_memory(CUdeviceptr start, size_t size, unsigned random) {
  const size_t whole = (size + page - 1) / page * page;
  void* at = mmap((void*)start, whole, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  if (at == MAP_FAILED) return;
  if (at == (void*)start) {
    memset(at, 1, whole);
    count(&asked);
    // Any part: of what UCX keeps, it may have forgotten the start alone.
    const size_t skipped = random % size;
    if (ask(start + skipped, size - skipped) == taken_for_device) count(&mistaken);
  }
  munmap(at, whole);
}

static void end(struct piece* p, unsigned random) {
  const struct piece old = *p;
  if (old.entry->end(p) != CUDA_SUCCESS) fail("it cannot be freed", old.entry->name);
  p->entry = NULL;
  if (unmaps && random % 2) use_as_host_memory(old.start, old.size, random / 2);
}

static void use_device(void) {
  CUcontext primary;
  driver.cuDevicePrimaryCtxRetain(&primary, 0);
  driver.cuCtxSetCurrent(primary);
}

static void* work(void* number) {
  unsigned seed = (unsigned)(size_t)number;
  struct piece pieces[slots] = {{0}};
  use_device();
  for (long i = 0; i < cycles / threads; ++i) {
    struct piece* p = &pieces[(unsigned)rand_r(&seed) % slots];
    const unsigned random = (unsigned)rand_r(&seed);
    if (!p->entry) {
      const unsigned choices = (unsigned)(last_entry - first_entry + 1);
      const struct entry* entry = first_entry + (unsigned)rand_r(&seed) % choices;
      if (!is_tried(entry - entries)) continue;
      make(p, entry, 16 + random % (largest - 15));
      ask_of_part(p, random);
    } else if (random & 64) {
      ask_of_part(p, random);
    } else {
      end(p, random);
    }
  }
  for (int i = 0; i < slots; ++i)
    if (pieces[i].entry) end(&pieces[i], 0);
  return NULL;
}

static void choose(const char* name) {
  first_entry = entries;
  last_entry = entries + entry_count - 1;
  if (!strcmp(name, "all")) return;
  while (first_entry <= last_entry && strcmp(first_entry->name, name)) ++first_entry;
  if (first_entry > last_entry) fail("there is no such entry", name);
  last_entry = first_entry;
}

static int set(const char* name) {
  const char* value = getenv(name);
  return value && !strcmp(value, "1");
}

// Which of the chosen ones the driver refuses: what needs another process, a display, or Vulkan.
static void try_each(void) {
  int usable = 0;
  for (const struct entry* entry = first_entry; entry <= last_entry; ++entry) {
    struct piece first = {.entry = entry, .size = page};
    refused[entry - entries] = entry->make(&first) || entry->end(&first);
    usable += !refused[entry - entries];
  }
  if (usable) return;
  printf("refused by the driver\n");
  exit(0);
}

static int verdict(void) {
  if (set("SAY")) printf("the cache is %s\n", ask(8, 1) == cache_off ? "off" : "on");
  if (missed) printf("taken for host memory: %ld of %ld, first %s\n", missed, asked, first_missed);
  if (mistaken) printf("taken for device memory: %ld of %ld\n", mistaken, asked);
  if (!missed && !mistaken) printf("all right\n");
  return missed || mistaken;
}

static int other_work(const char* kind, long count) {
  if (!strcmp(kind, "message")) {
    const char* wrong = send_messages(first_entry);
    printf("%s\n", wrong ? wrong : "all right");
    return wrong != NULL;
  }
  if (!strcmp(kind, "latency")) {
    print_latencies(first_entry);
  } else if (!strcmp(kind, "allocate")) {
    struct piece piece;
    for (long i = 0; i < count; ++i) make(&piece, first_entry, page), first_entry->end(&piece);
  } else {
    fail("neither message, latency nor allocate", kind);
  }
  return 0;
}

int main(int argc, char** argv) {
  if (argc < 3) fail("WAY ENTRY|all [CYCLES THREADS | message | latency | allocate N]", argv[0]);
  const char* none = find_driver(argv[1]);
  if (none) fail(none, argv[1]);
  choose(argv[2]);
  unmaps = set("STANDIN_UNMAP");
  driver.cuInit(0);
  use_device();
  if (set("PASS_OVER")) try_each();

  static struct piece late[most_late];
  const int late_count = getenv("LATE") ? atoi(getenv("LATE")) : 0;
  if (late_count > most_late) fail("8192 at most", "LATE");
  for (int i = 0; i < late_count; ++i) {
    const struct entry* entry = first_entry + i % (last_entry - first_entry + 1);
    if (entry->is == device && !refused[entry - entries])
      make(&late[i], entry, 5000 * (size_t)(i % 10 + 1));
  }
  start_ucx();
  for (int i = 0; i < late_count; ++i)
    if (late[i].entry) ask_of_part(&late[i], 1), end(&late[i], 1);

  if (argc > 3 && !isdigit(argv[3][0])) return other_work(argv[3], argc > 4 ? atol(argv[4]) : 1);
  if (argc > 3) cycles = atol(argv[3]);
  if (argc > 4) threads = atoi(argv[4]);
  pthread_t all[64];
  if (threads < 1 || threads > 64) fail("1 to 64 threads", argv[4]);
  for (int i = 0; i < threads; ++i) pthread_create(&all[i], NULL, work, (void*)(size_t)(i + 1));
  for (int i = 0; i < threads; ++i) pthread_join(all[i], NULL);
  return verdict();
}
