// SPDX-License-Identifier: BSD-3-Clause
// Memory that comes from elsewhere: IPC, pools of another process, external memory, graphics. The
// other process is this one: what counts is that its memory appears at a new address.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "libcuda.h"

// What an opaque handle of 64 bytes holds: which allocation, and that it is still that one.
struct ticket {
  CUdeviceptr start;
  unsigned long long id;
};

static CUresult ticket_write(void* to, CUdeviceptr inside, int kinds) {
  struct allocation found;
  if (!allocation_find(inside, &found) || !(found.kind & kinds)) return CUDA_ERROR_INVALID_VALUE;
  const struct ticket ticket = {found.start, found.id};
  memset(to, 0, 64);
  memcpy(to, &ticket, sizeof ticket);
  return CUDA_SUCCESS;
}

static CUresult ticket_read(const void* from, struct allocation* found) {
  struct ticket ticket;
  memcpy(&ticket, from, sizeof ticket);
  const int valid = allocation_find(ticket.start, found) && found->id == ticket.id;
  return valid ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

// Handles that are open in this process: one mapping each, however often they are opened.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct mapping {
  struct mapping* next;
  unsigned long long id;
  CUdeviceptr start;
  int opens;
} * mappings;

static CUresult open_handle(CUdeviceptr* result, const void* handle) {
  struct allocation exported;
  CUresult status = ticket_read(handle, &exported);
  if (status != CUDA_SUCCESS) return status;
  pthread_mutex_lock(&lock);
  struct mapping* here = mappings;
  while (here && here->id != exported.id) here = here->next;
  if (!here) {
    here = calloc(1, sizeof *here);
    here->id = exported.id;
    status = allocation_new(&here->start, exported.size, opened, exported.memory, exported.offset);
    here->next = mappings;
    mappings = here;
  }
  ++here->opens;
  *result = here->start;
  pthread_mutex_unlock(&lock);
  return status;
}

DRIVER cuIpcGetMemHandle(CUipcMemHandle* handle, CUdeviceptr start) {
  PATCHABLE;
  return ticket_write(handle, start, legacy);
}

DRIVER cuIpcOpenMemHandle(CUdeviceptr* result, CUipcMemHandle handle, unsigned flags) {
  PATCHABLE;
  (void)flags;
  return open_handle(result, &handle);
}

DRIVER cuIpcOpenMemHandle_v2(CUdeviceptr* result, CUipcMemHandle handle, unsigned flags) {
  PATCHABLE;
  (void)flags;
  return open_handle(result, &handle);
}

DRIVER cuIpcCloseMemHandle(CUdeviceptr start) {
  PATCHABLE;
  pthread_mutex_lock(&lock);
  struct mapping** link = &mappings;
  while (*link && (*link)->start != start) link = &(*link)->next;
  struct mapping* here = *link;
  const int last = here && --here->opens == 0;
  if (last) *link = here->next;
  pthread_mutex_unlock(&lock);
  if (!here) return CUDA_ERROR_INVALID_VALUE;
  if (!last) return CUDA_SUCCESS;
  free(here);
  return allocation_end(start, opened);
}

// Pools.

static struct CUmemPoolHandle_st { int unused; } default_pool;

DRIVER cuDeviceGetDefaultMemPool(CUmemoryPool* result, CUdevice device) {
  (void)device;
  *result = &default_pool;
  return CUDA_SUCCESS;
}

DRIVER cuDeviceGetMemPool(CUmemoryPool* result, CUdevice device) {
  (void)device;
  *result = &default_pool;
  return CUDA_SUCCESS;
}

DRIVER cuMemPoolCreate(CUmemoryPool* result, const CUmemPoolProps* properties) {
  (void)properties;
  *result = calloc(1, sizeof **result);
  return CUDA_SUCCESS;
}

DRIVER cuMemPoolDestroy(CUmemoryPool old) {
  if (old != &default_pool) free(old);
  return CUDA_SUCCESS;
}

DRIVER cuMemPoolSetAccess(CUmemoryPool of, const CUmemAccessDesc* access, size_t count) {
  (void)of, (void)access, (void)count;
  return CUDA_SUCCESS;
}

DRIVER cuMemPoolExportPointer(CUmemPoolPtrExportData* data, CUdeviceptr start) {
  PATCHABLE;
  return ticket_write(data, start, pool);
}

DRIVER cuMemPoolImportPointer(CUdeviceptr* result, CUmemoryPool into,
                              CUmemPoolPtrExportData* data) {
  PATCHABLE;
  (void)into;
  struct allocation exported;
  const CUresult status = ticket_read(data, &exported);
  if (status != CUDA_SUCCESS) return status;
  CUdeviceptr start = 0;
  *result = 0;
  const CUresult end = allocation_new(&start, exported.size, pool, exported.memory, 0);
  *result = start;
  return end;
}

// External memory: whatever is imported, it is new memory of that size.

DRIVER cuImportExternalMemory(CUexternalMemory* result,
                              const CUDA_EXTERNAL_MEMORY_HANDLE_DESC* described) {
  *result = (CUexternalMemory)memory_new(described->size);
  return CUDA_SUCCESS;
}

DRIVER cuExternalMemoryGetMappedBuffer(CUdeviceptr* result, CUexternalMemory from,
                                       const CUDA_EXTERNAL_MEMORY_BUFFER_DESC* part) {
  PATCHABLE;
  struct memory* memory = (struct memory*)from;
  if (part->offset + part->size > memory->size) return CUDA_ERROR_INVALID_VALUE;
  CUdeviceptr start = 0;
  const CUresult status = allocation_new(&start, part->size, legacy, memory, part->offset);
  *result = start;
  return status;
}

DRIVER cuDestroyExternalMemory(CUexternalMemory old) {
  memory_drop((struct memory*)old);
  return CUDA_SUCCESS;
}

// Graphics. There is no OpenGL here: the name of a buffer is its size.

struct CUgraphicsResource_st {
  CUdeviceptr start;
  size_t size;
};

// cudaGL.h declares it, which needs OpenGL's own headers.
DRIVER cuGraphicsGLRegisterBuffer(CUgraphicsResource* result, unsigned buffer, unsigned flags) {
  (void)flags;
  *result = calloc(1, sizeof **result);
  (*result)->size = buffer;
  return CUDA_SUCCESS;
}

DRIVER cuGraphicsMapResources(unsigned count, CUgraphicsResource* all, CUstream stream) {
  PATCHABLE;
  (void)stream;
  for (unsigned i = 0; i < count; ++i)
    if (!all[i]->start) allocation_new(&all[i]->start, all[i]->size, global, NULL, 0);
  return CUDA_SUCCESS;
}

DRIVER cuGraphicsResourceGetMappedPointer_v2(CUdeviceptr* result, size_t* size,
                                             CUgraphicsResource resource) {
  PATCHABLE;
  if (!resource->start) return CUDA_ERROR_NOT_MAPPED;
  *result = resource->start;
  *size = resource->size;
  return CUDA_SUCCESS;
}

DRIVER cuGraphicsUnmapResources(unsigned count, CUgraphicsResource* all, CUstream stream) {
  PATCHABLE;
  (void)stream;
  for (unsigned i = 0; i < count; ++i) {
    if (all[i]->start) allocation_end(all[i]->start, global);
    all[i]->start = 0;
  }
  return CUDA_SUCCESS;
}

DRIVER cuGraphicsUnregisterResource(CUgraphicsResource old) {
  PATCHABLE;
  if (old->start) allocation_end(old->start, global);
  free(old);
  return CUDA_SUCCESS;
}
