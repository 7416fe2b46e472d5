// SPDX-License-Identifier: BSD-3-Clause
// Allocation and freeing, and virtual memory management. No function here calls another that is
// exported: UCX and a preload change what those names do, and the real driver's insides do not see
// that either.
#include <string.h>

#include "libcuda.h"

enum { freed_by_cuMemFree = legacy | pool | managed | opened };

static CUresult allocate_new(CUdeviceptr* result, size_t size, enum kind kind) {
  CUdeviceptr start = 0;
  const CUresult status =
      result ? allocation_new(&start, size, kind, NULL, 0) : CUDA_ERROR_INVALID_VALUE;
  if (status == CUDA_SUCCESS) *result = start;
  return status;
}

static CUresult allocate_on(CUstream stream, CUdeviceptr* result, size_t size) {
  if (stream_takes_allocation(stream, result, size)) return CUDA_SUCCESS;
  return allocate_new(result, size, pool);
}

static CUresult free_on(CUstream stream, CUdeviceptr start) {
  if (stream_takes_free(stream, start)) return CUDA_SUCCESS;
  return allocation_end(start, freed_by_cuMemFree);
}

DRIVER cuMemAlloc_v2(CUdeviceptr* result, size_t size) {
  PATCHABLE;
  return allocate_new(result, size, legacy);
}

DRIVER cuMemAllocPitch_v2(CUdeviceptr* result, size_t* pitch, size_t width, size_t height,
                          unsigned element) {
  PATCHABLE;
  (void)element;
  *pitch = (width + 511) / 512 * 512;
  return allocate_new(result, *pitch * height, legacy);
}

DRIVER cuMemAllocManaged(CUdeviceptr* result, size_t size, unsigned flags) {
  PATCHABLE;
  (void)flags;
  return allocate_new(result, size, managed);
}

DRIVER cuMemAllocAsync(CUdeviceptr* result, size_t size, CUstream stream) {
  PATCHABLE;
  return allocate_on(stream, result, size);
}

DRIVER cuMemAllocAsync_ptsz(CUdeviceptr* result, size_t size, CUstream stream) {
  PATCHABLE;
  return allocate_on(stream, result, size);
}

DRIVER cuMemAllocFromPoolAsync(CUdeviceptr* result, size_t size, CUmemoryPool from,
                               CUstream stream) {
  PATCHABLE;
  return from ? allocate_on(stream, result, size) : CUDA_ERROR_INVALID_VALUE;
}

DRIVER cuMemAllocFromPoolAsync_ptsz(CUdeviceptr* result, size_t size, CUmemoryPool from,
                                    CUstream stream) {
  PATCHABLE;
  return from ? allocate_on(stream, result, size) : CUDA_ERROR_INVALID_VALUE;
}

DRIVER cuMemFree_v2(CUdeviceptr start) {
  PATCHABLE;
  return start ? allocation_end(start, freed_by_cuMemFree) : CUDA_SUCCESS;
}

DRIVER cuMemFreeAsync(CUdeviceptr start, CUstream stream) {
  PATCHABLE;
  return start ? free_on(stream, start) : CUDA_SUCCESS;
}

DRIVER cuMemFreeAsync_ptsz(CUdeviceptr start, CUstream stream) {
  PATCHABLE;
  return start ? free_on(stream, start) : CUDA_SUCCESS;
}

DRIVER cuMemAllocHost_v2(void** result, size_t size) {
  PATCHABLE;
  return allocate_new((CUdeviceptr*)result, size, host);
}

DRIVER cuMemHostAlloc(void** result, size_t size, unsigned flags) {
  PATCHABLE;
  (void)flags;
  return allocate_new((CUdeviceptr*)result, size, host);
}

DRIVER cuMemFreeHost(void* start) {
  PATCHABLE;
  return allocation_end((CUdeviceptr)start, host);
}

// Virtual memory management. A handle is the memory itself.

DRIVER cuMemGetAllocationGranularity(size_t* granularity, const CUmemAllocationProp* properties,
                                     CUmemAllocationGranularity_flags option) {
  (void)properties, (void)option;
  *granularity = 2 << 20;
  return CUDA_SUCCESS;
}

DRIVER cuMemAddressReserve(CUdeviceptr* result, size_t size, size_t alignment, CUdeviceptr at,
                           unsigned long long flags) {
  PATCHABLE;
  (void)alignment, (void)at, (void)flags;
  *result = addresses_take(size);
  return *result ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

DRIVER cuMemAddressFree(CUdeviceptr start, size_t size) {
  PATCHABLE;
  struct allocation still;
  if (allocation_find(start, &still)) return CUDA_ERROR_INVALID_VALUE;
  addresses_give(start, size);
  return CUDA_SUCCESS;
}

// Fabric handles need NVLink, which this device has not: UCX 1.18 and newer ask for them.
DRIVER cuMemCreate(CUmemGenericAllocationHandle* handle, size_t size,
                   const CUmemAllocationProp* properties, unsigned long long flags) {
  PATCHABLE;
  (void)flags;
  if (properties->requestedHandleTypes & 8) return CUDA_ERROR_NOT_SUPPORTED;
  *handle = (CUmemGenericAllocationHandle)memory_new(size);
  return CUDA_SUCCESS;
}

DRIVER cuMemMap(CUdeviceptr start, size_t size, size_t offset, CUmemGenericAllocationHandle handle,
                unsigned long long flags) {
  PATCHABLE;
  (void)flags;
  struct memory* memory = (struct memory*)handle;
  if (!start || offset + size > memory->size) return CUDA_ERROR_INVALID_VALUE;
  return allocation_new(&start, size, virtual, memory, offset);
}

DRIVER cuMemUnmap(CUdeviceptr start, size_t size) {
  PATCHABLE;
  const CUdeviceptr end = start + size;
  while (start < end) {
    struct allocation mapped;
    if (!allocation_find(start, &mapped) || mapped.start != start) return CUDA_ERROR_INVALID_VALUE;
    allocation_end(start, virtual);
    start += mapped.size;
  }
  return CUDA_SUCCESS;
}

DRIVER cuMemSetAccess(CUdeviceptr start, size_t size, const CUmemAccessDesc* access, size_t count) {
  PATCHABLE;
  (void)size, (void)access, (void)count;
  struct allocation mapped;
  return allocation_find(start, &mapped) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

DRIVER cuMemRelease(CUmemGenericAllocationHandle handle) {
  PATCHABLE;
  memory_drop((struct memory*)handle);
  return CUDA_SUCCESS;
}

DRIVER cuMemRetainAllocationHandle(CUmemGenericAllocationHandle* handle, void* inside) {
  struct allocation mapped;
  if (!allocation_find((CUdeviceptr)inside, &mapped) || mapped.kind != virtual)
    return CUDA_ERROR_INVALID_VALUE;
  memory_keep(mapped.memory);
  *handle = (CUmemGenericAllocationHandle)mapped.memory;
  return CUDA_SUCCESS;
}

DRIVER cuMemGetAllocationPropertiesFromHandle(CUmemAllocationProp* properties,
                                              CUmemGenericAllocationHandle handle) {
  (void)handle;
  memset(properties, 0, sizeof *properties);
  properties->type = CU_MEM_ALLOCATION_TYPE_PINNED;
  properties->location.type = CU_MEM_LOCATION_TYPE_DEVICE;
  return CUDA_SUCCESS;
}
