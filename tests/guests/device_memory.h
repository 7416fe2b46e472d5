// SPDX-License-Identifier: BSD-3-Clause
// What the parts of device_memory share; device_memory.c says what the program is.
#ifndef GUESTS_DEVICE_MEMORY_H
#define GUESTS_DEVICE_MEMORY_H
// All names as the driver exports them, with _v2 and _ptsz, and with their true types.
#define __CUDA_API_VERSION_INTERNAL
#include <cuda.h>
#include <stddef.h>

// Not in cuda.h: cudaGL.h, which needs OpenGL's headers, and what CUDA 13 has renamed.
#undef cuGraphAddNode
CUresult cuGraphicsGLRegisterBuffer(CUgraphicsResource*, unsigned, unsigned);
CUresult cuGraphAddNode(CUgraphNode*, CUgraph, const CUgraphNode*, size_t, CUgraphNodeParams*);
CUresult cuGraphAddNode_v2(CUgraphNode*, CUgraph, const CUgraphNode*, const CUgraphEdgeData*,
                           size_t, CUgraphNodeParams*);

// The driver's functions, however they were found.
struct driver {
#define FUNCTION(symbol, name, version, per_thread) __typeof__(&symbol) symbol;
#include "device_memory_functions.h"
};
extern struct driver driver;
// NULL, or why there is none.
const char* find_driver(const char* way);

// One allocation, by one of the ways to allocate.
struct piece {
  const struct entry* entry;
  CUdeviceptr start;
  size_t size;
  void *graph, *executable;  // of a memory node
  CUdeviceptr source;        // what was shared
  size_t mapped;             // the reservation's size
  void* holder;              // module, library, external memory, stream, resource
  CUmemGenericAllocationHandle handle;
};

struct entry {
  const char* name;
  CUresult (*make)(struct piece*);  // fills in start, for size
  CUresult (*end)(struct piece*);
  // Pinned memory is the host's. UCX finds what existed before it among mappings without access and
  // those of /dev/nvidia*, and managed memory of the stand-in is neither.
  enum { device, pinned, device_open_to_host } is;
};
extern const struct entry entries[];
extern const int entry_count;

// What UCX takes a piece of memory for before it sends it.
enum answer { cache_off, any, taken_for_device, taken_for_host };
void start_ucx(void);
enum answer ask(CUdeviceptr start, size_t size);
void make_typed(CUdeviceptr start, size_t size);
// Sends between two pieces of device memory and to the host. NULL, or what went wrong.
const char* send_messages(const struct entry* entry);
// Prints "host|device BYTES NANOSECONDS" for messages of 8 to 4096 bytes, each between two pieces
// of that memory.
void print_latencies(const struct entry* entry);

void fail(const char* why, const char* name);
void* must(void* found, const char* name);
#endif
