// SPDX-License-Identifier: BSD-3-Clause
// A stand-in for the NVIDIA driver, libcuda.so.1, for machines that have none: real UCX finds one
// device, detects its memory and copies through it. See each file for its part:
//   libcuda_memory.c   where device memory lies, and what is known of an address
//   libcuda_allocate.c allocation and freeing; virtual memory management
//   libcuda_share.c    IPC, pools, external memory, graphics
//   libcuda_graph.c    capture, and graphs with memory nodes
//   libcuda_module.c   globals of modules and libraries
//   libcuda_copy.c     copies and pointer attributes
//   libcuda_device.c   the device, contexts, streams, events: what UCX asks when it starts
//   libcuda_missing.c  what UCX needs to be there, and does without
//   libcuda_symbols.c  cuGetProcAddress; libcuda.def is its table
//   libcuda_runtime.c  the part of the CUDA runtime that UCX before 1.18 copies through
#ifndef STANDINS_LIBCUDA_H
#define STANDINS_LIBCUDA_H
// All names as the driver exports them, with _v2 and _ptsz, and with their true types.
#define __CUDA_API_VERSION_INTERNAL
#include <cuda.h>
#include <stddef.h>

#define DRIVER __attribute__((visibility("default"))) CUresult CUDAAPI

// UCX writes a jump over a function's first bytes, and moves what stood there: it knows push, mov
// %rsp,%rbp and sub $imm32,%rsp (src/ucm/bistro/bistro_x86_64.c:98@v1.14.1), which are how the real
// driver's functions start. So do these: 14 bytes of those, for the longer jump too.
#ifdef __x86_64__
#define PATCHABLE                                   \
  __attribute__((unused)) volatile char frame[256]; \
  frame[0] = 0;                                     \
  __asm__ volatile("" : : : "rbx", "r12")
#else
#define PATCHABLE (void)0
#endif

// What a stretch of addresses is. Legacy memory belongs to a context, pool memory to none.
enum kind { legacy = 1, pool = 2, managed = 4, virtual = 8, opened = 16, host = 32, global = 64 };

// What is stored. Several allocations can show the same memory: IPC, cuMemMap.
struct memory {
  size_t size;
  char* bytes;  // the driver's own way to it; made when first needed
  int uses;
};

struct allocation {
  CUdeviceptr start;
  size_t size;
  enum kind kind;
  struct memory* memory;
  size_t offset;
  unsigned long long id;
  int fixed;  // the addresses belong to somebody else: a reservation, a graph
};

struct memory* memory_new(size_t size);
void memory_keep(struct memory* memory);
void memory_drop(struct memory* memory);

// Addresses without memory: PROT_NONE. Freed ones are the next to be given.
CUdeviceptr addresses_take(size_t size);
void addresses_give(CUdeviceptr start, size_t size);

// Memory of its own where `of` is NULL; addresses of its own where *at is 0.
CUresult allocation_new(CUdeviceptr* at, size_t size, enum kind kind, struct memory* of,
                        size_t offset);
CUresult allocation_end(CUdeviceptr start, int kinds);
int allocation_find(CUdeviceptr inside, struct allocation* found);
// The driver's own way to `size` bytes at any address, device or host; NULL where it goes past it.
char* allocation_bytes(CUdeviceptr inside, size_t size);

struct CUstream_st {
  CUgraph captures;
};

// A stream that captures takes allocations and frees down instead: 1 where it did.
int stream_takes_allocation(CUstream stream, CUdeviceptr* result, size_t size);
int stream_takes_free(CUstream stream, CUdeviceptr start);

CUresult copy(CUdeviceptr to, CUdeviceptr from, size_t size);
#endif
