// SPDX-License-Identifier: BSD-3-Clause
// What UCX needs to be there, and does without: memory that another process could open.
#include "libcuda.h"

DRIVER cuMemExportToShareableHandle(void* to, CUmemGenericAllocationHandle handle,
                                    CUmemAllocationHandleType type, unsigned long long flags) {
  return (void)to, (void)handle, (void)type, (void)flags, CUDA_ERROR_NOT_SUPPORTED;
}
DRIVER cuMemImportFromShareableHandle(CUmemGenericAllocationHandle* handle, void* from,
                                      CUmemAllocationHandleType type) {
  return (void)handle, (void)from, (void)type, CUDA_ERROR_NOT_SUPPORTED;
}
DRIVER cuMemPoolExportToShareableHandle(void* to, CUmemoryPool from, CUmemAllocationHandleType type,
                                        unsigned long long flags) {
  return (void)to, (void)from, (void)type, (void)flags, CUDA_ERROR_NOT_SUPPORTED;
}
DRIVER cuMemPoolImportFromShareableHandle(CUmemoryPool* result, void* from,
                                          CUmemAllocationHandleType type,
                                          unsigned long long flags) {
  return (void)result, (void)from, (void)type, (void)flags, CUDA_ERROR_NOT_SUPPORTED;
}
