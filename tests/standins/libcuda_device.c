// SPDX-License-Identifier: BSD-3-Clause
// The device, contexts, streams and events: what UCX asks of them.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libcuda.h"

struct CUctx_st {
  unsigned long long id;
};

struct CUevent_st {
  int unused;
};

enum { most_contexts = 64 };

static struct CUctx_st primary = {1};
CUcontext const primary_context = &primary;
static int primary_uses;
static __thread CUcontext current[most_contexts];  // a stack; [depth - 1] is the current one
static __thread int depth;

DRIVER cuInit(unsigned flags) { return (void)flags, CUDA_SUCCESS; }

DRIVER cuDriverGetVersion(int* version) {
  *version = 13000;
  return CUDA_SUCCESS;
}

DRIVER cuGetErrorString(CUresult error, const char** text) {
  *text = error == CUDA_SUCCESS                 ? "no error"
          : error == CUDA_ERROR_INVALID_VALUE   ? "invalid argument"
          : error == CUDA_ERROR_INVALID_CONTEXT ? "invalid device context"
          : error == CUDA_ERROR_NOT_FOUND       ? "named symbol not found"
          : error == CUDA_ERROR_NOT_SUPPORTED   ? "operation not supported"
                                                : "an error of the stand-in";
  return CUDA_SUCCESS;
}

DRIVER cuDeviceGetCount(int* count) {
  *count = 1;
  return CUDA_SUCCESS;
}

DRIVER cuDeviceGet(CUdevice* device, int ordinal) {
  *device = 0;
  return ordinal == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
}

DRIVER cuDeviceGetName(char* name, int size, CUdevice device) {
  (void)device;
  snprintf(name, (size_t)size, "Stand-in");
  return CUDA_SUCCESS;
}

static CUresult uuid(CUuuid* result) {
  memset(result, 0x5d, sizeof *result);
  return CUDA_SUCCESS;
}

#undef cuDeviceGetUuid  // CUDA 13 has dropped the first form from its header, and no driver has
DRIVER cuDeviceGetUuid(CUuuid* result, CUdevice device) { return (void)device, uuid(result); }
DRIVER cuDeviceGetUuid_v2(CUuuid* result, CUdevice device) { return (void)device, uuid(result); }

DRIVER cuDeviceTotalMem_v2(size_t* size, CUdevice device) {
  (void)device;
  *size = (size_t)16 << 30;
  return CUDA_SUCCESS;
}

DRIVER cuDeviceGetAttribute(int* value, CUdevice_attribute which, CUdevice device) {
  (void)device;
  switch (which) {
    case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR:
      *value = 8;
      break;
    case CU_DEVICE_ATTRIBUTE_PCI_BUS_ID:
    case CU_DEVICE_ATTRIBUTE_UNIFIED_ADDRESSING:
    case CU_DEVICE_ATTRIBUTE_MANAGED_MEMORY:
    case CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED:
    case CU_DEVICE_ATTRIBUTE_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED:
      *value = 1;
      break;
    default:
      *value = 0;
  }
  return CUDA_SUCCESS;
}

DRIVER cuDevicePrimaryCtxRetain(CUcontext* result, CUdevice device) {
  (void)device;
  __atomic_add_fetch(&primary_uses, 1, __ATOMIC_RELAXED);
  *result = primary_context;
  return CUDA_SUCCESS;
}

DRIVER cuDevicePrimaryCtxRelease_v2(CUdevice device) {
  (void)device;
  __atomic_sub_fetch(&primary_uses, 1, __ATOMIC_RELAXED);
  return CUDA_SUCCESS;
}

DRIVER cuDevicePrimaryCtxGetState(CUdevice device, unsigned* flags, int* active) {
  (void)device;
  *flags = 0;
  *active = __atomic_load_n(&primary_uses, __ATOMIC_RELAXED) > 0;
  return CUDA_SUCCESS;
}

DRIVER cuCtxSetCurrent(CUcontext context) {
  if (depth == 0) depth = 1;
  current[depth - 1] = context;
  return CUDA_SUCCESS;
}

DRIVER cuCtxGetCurrent(CUcontext* result) {
  *result = depth ? current[depth - 1] : NULL;
  return CUDA_SUCCESS;
}

DRIVER cuCtxPushCurrent_v2(CUcontext context) {
  if (depth == most_contexts) return CUDA_ERROR_INVALID_VALUE;
  current[depth++] = context;
  return CUDA_SUCCESS;
}

DRIVER cuCtxPopCurrent_v2(CUcontext* result) {
  if (depth == 0) return CUDA_ERROR_INVALID_CONTEXT;
  --depth;
  if (result) *result = current[depth];
  return CUDA_SUCCESS;
}

static CUresult needs_context(void) {
  return depth && current[depth - 1] ? CUDA_SUCCESS : CUDA_ERROR_INVALID_CONTEXT;
}

DRIVER cuCtxGetDevice(CUdevice* device) {
  *device = 0;
  return needs_context();
}

DRIVER cuCtxGetId(CUcontext context, unsigned long long* id) {
  if (!context && needs_context() != CUDA_SUCCESS) return CUDA_ERROR_INVALID_CONTEXT;
  *id = (context ? context : current[depth - 1])->id;
  return CUDA_SUCCESS;
}

DRIVER cuCtxGetApiVersion(CUcontext context, unsigned* version) {
  (void)context;
  *version = 13000;
  return CUDA_SUCCESS;
}

DRIVER cuCtxSetFlags(unsigned flags) { return (void)flags, needs_context(); }
DRIVER cuCtxSynchronize(void) { return needs_context(); }

// Streams and events: all that is asked of a stream is done at once.

DRIVER cuStreamCreate(CUstream* result, unsigned flags) {
  (void)flags;
  *result = calloc(1, sizeof **result);
  return CUDA_SUCCESS;
}

DRIVER cuStreamCreateWithPriority(CUstream* result, unsigned flags, int priority) {
  (void)flags, (void)priority;
  *result = calloc(1, sizeof **result);
  return CUDA_SUCCESS;
}

DRIVER cuStreamDestroy_v2(CUstream old) {
  free(old);
  return CUDA_SUCCESS;
}

DRIVER cuStreamSynchronize(CUstream stream) { return (void)stream, CUDA_SUCCESS; }
DRIVER cuStreamSynchronize_ptsz(CUstream stream) { return (void)stream, CUDA_SUCCESS; }
DRIVER cuStreamQuery(CUstream stream) { return (void)stream, CUDA_SUCCESS; }

DRIVER cuStreamAddCallback(CUstream stream, CUstreamCallback call, void* data, unsigned flags) {
  (void)flags;
  call(stream, CUDA_SUCCESS, data);
  return CUDA_SUCCESS;
}

DRIVER cuLaunchHostFunc(CUstream stream, CUhostFn call, void* data) {
  (void)stream;
  call(data);
  return CUDA_SUCCESS;
}

DRIVER cuEventCreate(CUevent* result, unsigned flags) {
  (void)flags;
  *result = calloc(1, sizeof **result);
  return CUDA_SUCCESS;
}

DRIVER cuEventDestroy_v2(CUevent old) {
  free(old);
  return CUDA_SUCCESS;
}

DRIVER cuEventRecord(CUevent event, CUstream stream) {
  return (void)event, (void)stream, CUDA_SUCCESS;
}
DRIVER cuEventQuery(CUevent event) { return (void)event, CUDA_SUCCESS; }
DRIVER cuEventSynchronize(CUevent event) { return (void)event, CUDA_SUCCESS; }

DRIVER cuMemHostRegister_v2(void* start, size_t size, unsigned flags) {
  return (void)start, (void)size, (void)flags, CUDA_SUCCESS;
}
DRIVER cuMemHostUnregister(void* start) { return (void)start, CUDA_SUCCESS; }
