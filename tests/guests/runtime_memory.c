// SPDX-License-Identifier: BSD-3-Clause
// runtime_memory ENTRY|all [CYCLES THREADS]: does UCX know what the CUDA runtime allocates from the
// host's memory? As device_memory.c, whose questions to UCX these are, through cudaMalloc and the
// others in place of the driver's functions. LIBUCP names libucp.
//
// Built for each CUDA release, with the shared runtime, with the static one, and (OPENED) to open
// the one that LIBCUDART names. All of them need a real GPU: before their first allocation the
// runtimes of 11.7, 12.9 and 13.5 have the driver prove that it is NVIDIA's (or end with
// cudaErrorSoftwareValidityNotEstablished), and the stand-in does not imitate that proof. With it
// they say cudaErrorCallRequiresNewerDriver. What they do until then, finding the driver's
// functions, is device_memory's way "procaddress".
#define _GNU_SOURCE
#include <cuda_runtime_api.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// From device_memory_ucx.c; device_memory.h wants a newer cuda.h than 11.7's.
enum answer { cache_off, any, taken_for_device, taken_for_host };
void start_ucx(void);
enum answer ask(unsigned long long start, size_t size);
void fail(const char* why, const char* name);
void* must(void* found, const char* name);

#if CUDART_VERSION < 13000
#define ENTRY_POINT(F) F(cudaGetDriverEntryPoint)
#else
#define ENTRY_POINT(F)
#endif
#if CUDART_VERSION >= 12050
#define ENTRY_POINT_BY_VERSION(F) F(cudaGetDriverEntryPointByVersion)
#else
#define ENTRY_POINT_BY_VERSION(F)
#endif

// clang-format off
#define FUNCTIONS(F) \
  F(cudaSetDevice) F(cudaGetErrorString) F(cudaStreamSynchronize) F(cudaMalloc) F(cudaFree) \
  F(cudaMallocManaged) F(cudaMallocPitch) F(cudaMallocAsync) F(cudaFreeAsync) \
  F(cudaDeviceGetDefaultMemPool) F(cudaMallocFromPoolAsync) F(cudaIpcGetMemHandle) \
  F(cudaIpcOpenMemHandle) F(cudaIpcCloseMemHandle) F(cudaImportExternalMemory) \
  F(cudaExternalMemoryGetMappedBuffer) F(cudaDestroyExternalMemory) F(cudaGraphCreate) \
  F(cudaGraphDestroy) F(cudaGraphAddMemAllocNode) F(cudaGraphInstantiateWithFlags) \
  F(cudaGraphLaunch) F(cudaGraphExecDestroy) ENTRY_POINT(F) ENTRY_POINT_BY_VERSION(F)
// clang-format on

// The runtime's functions, however they were found.
static struct {
#define FUNCTION(name) __typeof__(&name) name;
  FUNCTIONS(FUNCTION)
#undef FUNCTION
} cuda;

static void find_runtime(void) {
#ifdef OPENED
  const char* library = must(getenv("LIBCUDART"), "LIBCUDART");
  void* handle = must(dlopen(library, RTLD_LAZY | RTLD_LOCAL), library);
#define FUNCTION(name) *(void**)&cuda.name = must(dlsym(handle, #name), #name);
#else
#define FUNCTION(name) cuda.name = name;
#endif
  FUNCTIONS(FUNCTION)
#undef FUNCTION
}

void fail(const char* why, const char* name) {
  printf("%s: %s\n", name, why);
  fflush(stdout);
  _exit(2);
}

void* must(void* found, const char* name) {
  if (!found) fail("it is not there", name);
  return found;
}

// --- another process, whose memory this one opens: the driver opens none of its own

struct request {
  size_t size;
  void* old;  // to be freed; NULL: one is wanted
};

struct reply {
  cudaError_t status;
  void* start;
  cudaIpcMemHandle_t handle;
};

static int other_process = -1;

static void serve(int from) {
  struct request request;
  while (read(from, &request, sizeof request) == sizeof request) {
    struct reply reply = {.status = cudaSuccess};
    if (request.old) {
      reply.status = cuda.cudaFree(request.old);
    } else {
      reply.status = cuda.cudaMalloc(&reply.start, request.size);
      if (!reply.status) reply.status = cuda.cudaIpcGetMemHandle(&reply.handle, reply.start);
    }
    if (write(from, &reply, sizeof reply) != sizeof reply) break;
  }
  _exit(0);
}

// Before CUDA is used: a forked child cannot use what its parent has started.
static void start_other_process(void) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends)) fail("it fails", "socketpair");
  const pid_t child = fork();
  if (child < 0) fail("it fails", "fork");
  if (child == 0) {
    close(ends[0]);
    serve(ends[1]);
  }
  close(ends[1]);
  other_process = ends[0];
}

static struct reply ask_other_process(struct request request) {
  static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
  struct reply reply;
  pthread_mutex_lock(&one_at_a_time);
  if (write(other_process, &request, sizeof request) != sizeof request ||
      read(other_process, &reply, sizeof reply) != sizeof reply)
    reply.status = cudaErrorUnknown;
  pthread_mutex_unlock(&one_at_a_time);
  return reply;
}

// --- the ways to allocate, each with the way to free

struct piece {
  const struct entry* entry;
  void* start;
  size_t size;
  void* source;  // another process's
  cudaExternalMemory_t external;
  cudaGraph_t graph;
  cudaGraphExec_t executable;
};

// Ends the function where one of its steps fails.
#define DO(call)                                \
  do {                                          \
    const cudaError_t status_ = (call);         \
    if (status_ != cudaSuccess) return status_; \
  } while (0)

#define MAKE(function, ...) \
  static cudaError_t make_##function(struct piece* p) { return cuda.function(__VA_ARGS__); }

MAKE(cudaMalloc, &p->start, p->size)
MAKE(cudaMallocManaged, &p->start, p->size, cudaMemAttachGlobal)
MAKE(cudaMallocAsync, &p->start, p->size, NULL)

static cudaError_t end_cudaFree(struct piece* p) { return cuda.cudaFree(p->start); }
static cudaError_t end_cudaFreeAsync(struct piece* p) {
  DO(cuda.cudaFreeAsync(p->start, NULL));
  return cuda.cudaStreamSynchronize(NULL);
}

static cudaError_t make_cudaMallocPitch(struct piece* p) {
  size_t pitch;
  return cuda.cudaMallocPitch(&p->start, &pitch, p->size, 2);
}

static cudaError_t make_cudaMallocFromPoolAsync(struct piece* p) {
  cudaMemPool_t pool;
  DO(cuda.cudaDeviceGetDefaultMemPool(&pool, 0));
  return cuda.cudaMallocFromPoolAsync(&p->start, p->size, pool, NULL);
}

static cudaError_t make_cudaIpcOpenMemHandle(struct piece* p) {
  const struct reply exported = ask_other_process((struct request){.size = p->size});
  p->source = exported.start;
  DO(exported.status);
  return cuda.cudaIpcOpenMemHandle(&p->start, exported.handle, cudaIpcMemLazyEnablePeerAccess);
}
static cudaError_t end_cudaIpcCloseMemHandle(struct piece* p) {
  DO(cuda.cudaIpcCloseMemHandle(p->start));
  return ask_other_process((struct request){.old = p->source}).status;
}

// The memory of VULKAN_FD, a file descriptor that another interface exported; CUDA has no such.
static cudaError_t make_cudaExternalMemoryGetMappedBuffer(struct piece* p) {
  const char* descriptor = getenv("VULKAN_FD");
  struct cudaExternalMemoryHandleDesc from = {.type = cudaExternalMemoryHandleTypeOpaqueFd};
  struct cudaExternalMemoryBufferDesc all = {.size = p->size};
  if (!descriptor) return cudaErrorNotSupported;
  from.handle.fd = dup(atoi(descriptor));
  from.size = p->size;
  DO(cuda.cudaImportExternalMemory(&p->external, &from));
  return cuda.cudaExternalMemoryGetMappedBuffer(&p->start, p->external, &all);
}
static cudaError_t end_external(struct piece* p) {
  DO(cuda.cudaFree(p->start));
  return cuda.cudaDestroyExternalMemory(p->external);
}

static cudaError_t make_cudaGraphAddMemAllocNode(struct piece* p) {
  cudaGraphNode_t node;
  struct cudaMemAllocNodeParams wanted = {.bytesize = p->size};
  wanted.poolProps.allocType = cudaMemAllocationTypePinned;
  wanted.poolProps.location.type = cudaMemLocationTypeDevice;
  DO(cuda.cudaGraphCreate(&p->graph, 0));
  DO(cuda.cudaGraphAddMemAllocNode(&node, p->graph, NULL, 0, &wanted));
  p->start = wanted.dptr;
  DO(cuda.cudaGraphInstantiateWithFlags(&p->executable, p->graph, 0));
  DO(cuda.cudaGraphLaunch(p->executable, NULL));
  return cuda.cudaStreamSynchronize(NULL);
}
static cudaError_t end_graph(struct piece* p) {
  DO(cuda.cudaFree(p->start));
  DO(cuda.cudaGraphExecDestroy(p->executable));
  return cuda.cudaGraphDestroy(p->graph);
}

// The driver's own functions, which the runtime hands out.
typedef cudaError_t (*finder)(const char* name, void** result);

static cudaError_t allocate_by(struct piece* p, finder find) {
  int (*allocate)(void**, size_t);
  DO(find("cuMemAlloc", (void**)&allocate));
  return allocate(&p->start, p->size) ? cudaErrorMemoryAllocation : cudaSuccess;
}
static cudaError_t free_by(struct piece* p, finder find) {
  int (*release)(void*);
  DO(find("cuMemFree", (void**)&release));
  return release(p->start) ? cudaErrorInvalidValue : cudaSuccess;
}

#define BY(function)                                    \
  static cudaError_t make_##function(struct piece* p) { \
    return allocate_by(p, find_by_##function);          \
  }                                                     \
  static cudaError_t end_##function(struct piece* p) { return free_by(p, find_by_##function); }

#if CUDART_VERSION < 13000
static cudaError_t find_by_cudaGetDriverEntryPoint(const char* name, void** result) {
#if CUDART_VERSION < 12000
  return cuda.cudaGetDriverEntryPoint(name, result, cudaEnableDefault);
#else
  enum cudaDriverEntryPointQueryResult found;
  DO(cuda.cudaGetDriverEntryPoint(name, result, cudaEnableDefault, &found));
  return found == cudaDriverEntryPointSuccess ? cudaSuccess : cudaErrorNotSupported;
#endif
}
BY(cudaGetDriverEntryPoint)
#endif

#if CUDART_VERSION >= 12050
static cudaError_t find_by_cudaGetDriverEntryPointByVersion(const char* name, void** result) {
  enum cudaDriverEntryPointQueryResult found;
  DO(cuda.cudaGetDriverEntryPointByVersion(name, result, 12000, cudaEnableDefault, &found));
  return found == cudaDriverEntryPointSuccess ? cudaSuccess : cudaErrorNotSupported;
}
BY(cudaGetDriverEntryPointByVersion)
#endif

// clang-format off
static const struct entry {
  const char* name;
  cudaError_t (*make)(struct piece*);  // fills in start, for size
  cudaError_t (*end)(struct piece*);
} entries[] = {
#define ENTRY(name, end) {#name, make_##name, end},
#define ENTRY_OF_DRIVER(name) ENTRY(name, end_##name)
  ENTRY(cudaMalloc, end_cudaFree)
  ENTRY(cudaMallocManaged, end_cudaFree)
  ENTRY(cudaMallocPitch, end_cudaFree)
  ENTRY(cudaMallocAsync, end_cudaFreeAsync)
  ENTRY(cudaMallocFromPoolAsync, end_cudaFreeAsync)
  ENTRY(cudaIpcOpenMemHandle, end_cudaIpcCloseMemHandle)
  ENTRY(cudaExternalMemoryGetMappedBuffer, end_external)
  ENTRY(cudaGraphAddMemAllocNode, end_graph)
  ENTRY_POINT(ENTRY_OF_DRIVER)
  ENTRY_POINT_BY_VERSION(ENTRY_OF_DRIVER)
};
// clang-format on
enum { entry_count = sizeof entries / sizeof *entries };

// --- what is done with them

enum { slots = 16, largest = 64 << 10 };

static const struct entry* chosen[entry_count];
static int chosen_count;
static long cycles = 10000;
static int threads = 4;
static long asked, missed;
static const char* first_missed;

static void check(cudaError_t status, const char* name) {
  if (status != cudaSuccess) fail(cuda.cudaGetErrorString(status), name);
}

static void ask_of_part(const struct piece* p, unsigned random) {
  const size_t skipped = random % p->size;
  __atomic_add_fetch(&asked, 1, __ATOMIC_RELAXED);
  if (ask((unsigned long long)p->start + skipped, p->size - skipped) != taken_for_host) return;
  const char* none = NULL;
  __atomic_add_fetch(&missed, 1, __ATOMIC_RELAXED);
  __atomic_compare_exchange_n(&first_missed, &none, p->entry->name, 0, __ATOMIC_RELAXED,
                              __ATOMIC_RELAXED);
}

static void* work(void* number) {
  unsigned seed = (unsigned)(size_t)number;
  struct piece pieces[slots] = {{0}};
  check(cuda.cudaSetDevice(0), "cudaSetDevice");
  for (long i = 0; i < cycles / threads; ++i) {
    struct piece* p = &pieces[(unsigned)rand_r(&seed) % slots];
    const unsigned random = (unsigned)rand_r(&seed);
    if (!p->entry) {
      memset(p, 0, sizeof *p);
      p->entry = chosen[(unsigned)rand_r(&seed) % chosen_count];
      p->size = 16 + random % (largest - 15);
      check(p->entry->make(p), p->entry->name);
      ask_of_part(p, random);
    } else if (random & 64) {
      ask_of_part(p, random);
    } else {
      check(p->entry->end(p), p->entry->name);
      p->entry = NULL;
    }
  }
  for (int i = 0; i < slots; ++i)
    if (pieces[i].entry) check(pieces[i].entry->end(&pieces[i]), pieces[i].entry->name);
  return NULL;
}

// Of all entries, those that this machine has.
static void choose(const char* name) {
  const int all = !strcmp(name, "all");
  for (int i = 0; i < entry_count; ++i) {
    if (!all && strcmp(name, entries[i].name)) continue;
    struct piece first = {.entry = &entries[i], .size = 4096};
    const cudaError_t status = entries[i].make(&first);
    if (!all || status != cudaErrorNotSupported) check(status, entries[i].name);
    if (status != cudaSuccess) continue;
    check(entries[i].end(&first), entries[i].name);
    chosen[chosen_count++] = &entries[i];
  }
  if (!chosen_count) fail("there is no such entry", name);
}

int main(int argc, char** argv) {
  if (argc < 2) fail("ENTRY|all [CYCLES THREADS]", argv[0]);
  if (argc > 2) cycles = atol(argv[2]);
  if (argc > 3) threads = atoi(argv[3]);
  if (threads < 1 || threads > 64) fail("1 to 64 threads", argv[0]);
  find_runtime();
  start_other_process();
  check(cuda.cudaSetDevice(0), "cudaSetDevice");
  start_ucx();
  choose(argv[1]);

  pthread_t all[64];
  for (int i = 0; i < threads; ++i) pthread_create(&all[i], NULL, work, (void*)(size_t)(i + 1));
  for (int i = 0; i < threads; ++i) pthread_join(all[i], NULL);
  if (missed)
    printf("taken for host memory: %ld of %ld, first %s\n", missed, asked, first_missed);
  else
    printf("all right\n");
  return missed != 0;
}
