// SPDX-License-Identifier: BSD-3-Clause
// Copies, by the driver's own way to the memory, and what the driver says of an address.
#include <string.h>

#include "libcuda.h"

extern CUcontext const primary_context;

CUresult copy(CUdeviceptr to, CUdeviceptr from, size_t size) {
  char* target = allocation_bytes(to, size);
  const char* source = allocation_bytes(from, size);
  if (!target || !source) return CUDA_ERROR_INVALID_VALUE;
  memmove(target, source, size);
  return CUDA_SUCCESS;
}

static CUresult fill(CUdeviceptr to, unsigned char byte, size_t size) {
  char* target = allocation_bytes(to, size);
  if (!target) return CUDA_ERROR_INVALID_VALUE;
  memset(target, byte, size);
  return CUDA_SUCCESS;
}

#define COPY(name, to_type, from_type)                     \
  DRIVER name(to_type to, from_type from, size_t size) {   \
    return copy((CUdeviceptr)to, (CUdeviceptr)from, size); \
  }
#define COPY_ASYNC(name, to_type, from_type)                              \
  DRIVER name(to_type to, from_type from, size_t size, CUstream stream) { \
    (void)stream;                                                         \
    return copy((CUdeviceptr)to, (CUdeviceptr)from, size);                \
  }

COPY(cuMemcpy, CUdeviceptr, CUdeviceptr)
COPY(cuMemcpy_ptds, CUdeviceptr, CUdeviceptr)
COPY(cuMemcpyHtoD_v2, CUdeviceptr, const void*)
COPY(cuMemcpyHtoD_v2_ptds, CUdeviceptr, const void*)
COPY(cuMemcpyDtoH_v2, void*, CUdeviceptr)
COPY(cuMemcpyDtoH_v2_ptds, void*, CUdeviceptr)
COPY(cuMemcpyDtoD_v2, CUdeviceptr, CUdeviceptr)
COPY(cuMemcpyDtoD_v2_ptds, CUdeviceptr, CUdeviceptr)
COPY_ASYNC(cuMemcpyAsync, CUdeviceptr, CUdeviceptr)
COPY_ASYNC(cuMemcpyAsync_ptsz, CUdeviceptr, CUdeviceptr)
COPY_ASYNC(cuMemcpyHtoDAsync_v2, CUdeviceptr, const void*)
COPY_ASYNC(cuMemcpyHtoDAsync_v2_ptsz, CUdeviceptr, const void*)
COPY_ASYNC(cuMemcpyDtoHAsync_v2, void*, CUdeviceptr)
COPY_ASYNC(cuMemcpyDtoHAsync_v2_ptsz, void*, CUdeviceptr)
COPY_ASYNC(cuMemcpyDtoDAsync_v2, CUdeviceptr, CUdeviceptr)
COPY_ASYNC(cuMemcpyDtoDAsync_v2_ptsz, CUdeviceptr, CUdeviceptr)

DRIVER cuMemsetD8_v2(CUdeviceptr to, unsigned char byte, size_t size) {
  return fill(to, byte, size);
}
DRIVER cuMemsetD8_v2_ptds(CUdeviceptr to, unsigned char byte, size_t size) {
  return fill(to, byte, size);
}

// As the real one, it knows no managed memory (src/uct/cuda/cuda_copy/cuda_copy_md.c@v1.22.0).
DRIVER cuMemGetAddressRange_v2(CUdeviceptr* start, size_t* size, CUdeviceptr inside) {
  struct allocation found;
  if (!allocation_find(inside, &found)) return CUDA_ERROR_NOT_FOUND;
  if (found.kind == managed) return CUDA_ERROR_INVALID_VALUE;
  if (start) *start = found.start;
  if (size) *size = found.size;
  return CUDA_SUCCESS;
}

// 0 where there is no such attribute here. An unknown address is one of the host.
static int attribute(void* to, CUpointer_attribute which, CUdeviceptr at,
                     const struct allocation* known) {
  switch (which) {
    case CU_POINTER_ATTRIBUTE_MEMORY_TYPE:
      *(unsigned*)to = !known ? 0 : known->kind == host ? CU_MEMORYTYPE_HOST : CU_MEMORYTYPE_DEVICE;
      return 1;
    case CU_POINTER_ATTRIBUTE_CONTEXT:  // pools' and virtual memory has none
      *(CUcontext*)to = known && !(known->kind & (pool | virtual)) ? primary_context : NULL;
      return 1;
    case CU_POINTER_ATTRIBUTE_IS_MANAGED:
      *(unsigned*)to = known && known->kind == managed;
      return 1;
    case CU_POINTER_ATTRIBUTE_MAPPED:
      *(unsigned*)to = known != NULL;
      return 1;
    case CU_POINTER_ATTRIBUTE_IS_LEGACY_CUDA_IPC_CAPABLE:
      *(unsigned*)to = known && known->kind == legacy;
      return 1;
    case CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL:
      *(int*)to = known ? 0 : -2;
      return 1;
    case CU_POINTER_ATTRIBUTE_DEVICE_POINTER:
    case CU_POINTER_ATTRIBUTE_HOST_POINTER:
      *(CUdeviceptr*)to = known ? at : 0;
      return 1;
    case CU_POINTER_ATTRIBUTE_RANGE_START_ADDR:
      *(CUdeviceptr*)to = known ? known->start : 0;
      return 1;
    case CU_POINTER_ATTRIBUTE_RANGE_SIZE:
      *(size_t*)to = known ? known->size : 0;
      return 1;
    case CU_POINTER_ATTRIBUTE_BUFFER_ID:
      *(unsigned long long*)to = known ? known->id : 0;
      return 1;
    case CU_POINTER_ATTRIBUTE_ALLOWED_HANDLE_TYPES:
    case CU_POINTER_ATTRIBUTE_MEMPOOL_HANDLE:
      *(unsigned long long*)to = 0;
      return 1;
    default:
      return 0;
  }
}

DRIVER cuPointerGetAttribute(void* to, CUpointer_attribute which, CUdeviceptr inside) {
  struct allocation found;
  if (!allocation_find(inside, &found)) return CUDA_ERROR_INVALID_VALUE;
  return attribute(to, which, inside, &found) ? CUDA_SUCCESS : CUDA_ERROR_NOT_SUPPORTED;
}

// Unlike cuPointerGetAttribute, this one answers for any address.
DRIVER cuPointerGetAttributes(unsigned count, CUpointer_attribute* which, void** to,
                              CUdeviceptr inside) {
  struct allocation found;
  const int known = allocation_find(inside, &found);
  for (unsigned i = 0; i < count; ++i)
    if (!attribute(to[i], which[i], inside, known ? &found : NULL)) return CUDA_ERROR_INVALID_VALUE;
  return CUDA_SUCCESS;
}

DRIVER cuPointerSetAttribute(const void* value, CUpointer_attribute which, CUdeviceptr inside) {
  (void)value, (void)which;
  struct allocation found;
  return allocation_find(inside, &found) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

DRIVER cuMemRangeGetAttribute(void* to, size_t size, CUmem_range_attribute which, CUdeviceptr start,
                              size_t count) {
  (void)which, (void)start, (void)count;
  if (size != sizeof(int)) return CUDA_ERROR_INVALID_VALUE;
  *(int*)to = CU_DEVICE_INVALID;  // no preferred location is set
  return CUDA_SUCCESS;
}
