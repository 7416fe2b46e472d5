// SPDX-License-Identifier: BSD-3-Clause
// cuGetProcAddress: names without _v2, by the CUDA version that the caller was built for.
#include <string.h>

#include "libcuda.h"

#undef cuGraphAddNode
#undef cuDeviceGetUuid
// Not in cuda.h, or not in each.
DRIVER cuGraphicsGLRegisterBuffer(CUgraphicsResource*, unsigned, unsigned);
DRIVER cuDeviceGetUuid(CUuuid*, CUdevice);
DRIVER cuGraphAddNode(CUgraphNode*, CUgraph, const CUgraphNode*, size_t, CUgraphNodeParams*);
DRIVER cuGraphAddNode_v2(CUgraphNode*, CUgraph, const CUgraphNode*, const CUgraphEdgeData*, size_t,
                         CUgraphNodeParams*);
DRIVER cuGetProcAddress_v2(const char*, void**, int, cuuint64_t, CUdriverProcAddressQueryResult*);

static const struct entry {
  const char* name;
  int since;
  void *function, *per_thread;
} entries[] = {
#define FUNCTION(name, since, function) {#name, since, (void*)function, (void*)function},
#define FUNCTION_PER_THREAD(name, since, function, per_thread) \
  {#name, since, (void*)function, (void*)per_thread},
#include "libcuda.def"
};

// The newest that the caller's version has. A name that came later is known, and not given.
static CUdriverProcAddressQueryResult look_up(const char* name, void** result, int version,
                                              cuuint64_t flags) {
  const struct entry* best = NULL;
  int known = 0;
  for (size_t i = 0; i < sizeof entries / sizeof *entries; ++i) {
    const struct entry* entry = &entries[i];
    if (strcmp(entry->name, name)) continue;
    known = 1;
    if (entry->since <= version && (!best || entry->since > best->since)) best = entry;
  }
  *result = NULL;
  if (!known) return CU_GET_PROC_ADDRESS_SYMBOL_NOT_FOUND;
  if (!best) return CU_GET_PROC_ADDRESS_VERSION_NOT_SUFFICIENT;
  const int per_thread = (flags & CU_GET_PROC_ADDRESS_PER_THREAD_DEFAULT_STREAM) != 0;
  *result = per_thread ? best->per_thread : best->function;
  return CU_GET_PROC_ADDRESS_SUCCESS;
}

DRIVER cuGetProcAddress(const char* name, void** result, int version, cuuint64_t flags) {
  PATCHABLE;
  const CUdriverProcAddressQueryResult found = look_up(name, result, version, flags);
  return found == CU_GET_PROC_ADDRESS_SUCCESS ? CUDA_SUCCESS : CUDA_ERROR_NOT_FOUND;
}

DRIVER cuGetProcAddress_v2(const char* name, void** result, int version, cuuint64_t flags,
                           CUdriverProcAddressQueryResult* status) {
  PATCHABLE;
  const CUdriverProcAddressQueryResult found = look_up(name, result, version, flags);
  if (status) *status = found;
  return found == CU_GET_PROC_ADDRESS_SYMBOL_NOT_FOUND ? CUDA_ERROR_NOT_FOUND : CUDA_SUCCESS;
}
