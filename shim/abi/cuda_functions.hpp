// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The functions of the CUDA driver that are interposed, without cuda.h: handles are
// abi::OpaqueHandle. As in cuda.h of 11.7 to 13.0; an older driver lacks some of them.
#include <stddef.h>
#include <stdint.h>

#include "abi/handle.hpp"

namespace abi {

using DevicePointer = unsigned long long;  ///< CUdeviceptr

/// CUipcMemHandle, which is passed by value.
struct IpcHandle {
  char reserved[64];
};

/// CUDA_EXTERNAL_MEMORY_BUFFER_DESC, as far as its size.
struct BufferDescription {
  unsigned long long offset, size;
};

/// The head of CUDA_MEM_ALLOC_NODE_PARAMS: a CUmemPoolProps, a CUmemAccessDesc* and its count, the
/// size in bytes (in) and the address (out).
struct AllocationNode {
  char properties[88];
  OpaqueHandle access[2];
  size_t size;
  DevicePointer address;
};

/// The head of CUgraphNodeParams, for a node that allocates memory.
struct NodeParameters {
  static constexpr int allocation = 10;  ///< CU_GRAPH_NODE_TYPE_MEM_ALLOC
  int type, reserved[3];
  AllocationNode node;
};

}  // namespace abi

extern "C" {
int cuMemAlloc_v2(abi::DevicePointer* into, size_t size);
int cuMemAllocPitch_v2(abi::DevicePointer* into, size_t* pitch, size_t width, size_t height,
                       unsigned element);
int cuMemAllocManaged(abi::DevicePointer* into, size_t size, unsigned flags);
int cuMemAllocAsync(abi::DevicePointer* into, size_t size, abi::OpaqueHandle stream);
int cuMemAllocAsync_ptsz(abi::DevicePointer* into, size_t size, abi::OpaqueHandle stream);
int cuMemAllocFromPoolAsync(abi::DevicePointer* into, size_t size, abi::OpaqueHandle pool,
                            abi::OpaqueHandle stream);
int cuMemAllocFromPoolAsync_ptsz(abi::DevicePointer* into, size_t size, abi::OpaqueHandle pool,
                                 abi::OpaqueHandle stream);
int cuMemMap(abi::DevicePointer at, size_t size, size_t offset, unsigned long long handle,
             unsigned long long flags);
int cuIpcOpenMemHandle(abi::DevicePointer* into, abi::IpcHandle handle, unsigned flags);
int cuIpcOpenMemHandle_v2(abi::DevicePointer* into, abi::IpcHandle handle, unsigned flags);
int cuMemPoolImportPointer(abi::DevicePointer* into, abi::OpaqueHandle pool, void* exported);
int cuExternalMemoryGetMappedBuffer(abi::DevicePointer* into, abi::OpaqueHandle memory,
                                    const abi::BufferDescription* buffer);
int cuGraphAddMemAllocNode(abi::OpaqueHandle* node, abi::OpaqueHandle graph,
                           const abi::OpaqueHandle* needs, size_t count,
                           abi::AllocationNode* parameters);
int cuGraphAddNode(abi::OpaqueHandle* node, abi::OpaqueHandle graph, const abi::OpaqueHandle* needs,
                   size_t count, abi::NodeParameters* parameters);
int cuGraphAddNode_v2(abi::OpaqueHandle* node, abi::OpaqueHandle graph,
                      const abi::OpaqueHandle* needs, const void* edges, size_t count,
                      abi::NodeParameters* parameters);
int cuGraphicsResourceGetMappedPointer_v2(abi::DevicePointer* into, size_t* size,
                                          abi::OpaqueHandle resource);
int cuModuleGetGlobal_v2(abi::DevicePointer* into, size_t* size, abi::OpaqueHandle module,
                         const char* name);
int cuLibraryGetGlobal(abi::DevicePointer* into, size_t* size, abi::OpaqueHandle library,
                       const char* name);
int cuLibraryGetManaged(abi::DevicePointer* into, size_t* size, abi::OpaqueHandle library,
                        const char* name);
int cuMemFree_v2(abi::DevicePointer memory);
int cuMemFreeAsync(abi::DevicePointer memory, abi::OpaqueHandle stream);
int cuMemFreeAsync_ptsz(abi::DevicePointer memory, abi::OpaqueHandle stream);
int cuMemUnmap(abi::DevicePointer memory, size_t size);
int cuIpcCloseMemHandle(abi::DevicePointer memory);
int cuModuleUnload(abi::OpaqueHandle module);
int cuLibraryUnload(abi::OpaqueHandle library);
int cuGraphDestroy(abi::OpaqueHandle graph);
int cuGraphExecDestroy(abi::OpaqueHandle graph);
int cuGraphicsUnmapResources(unsigned count, abi::OpaqueHandle* resources,
                             abi::OpaqueHandle stream);
int cuGraphicsUnmapResources_ptsz(unsigned count, abi::OpaqueHandle* resources,
                                  abi::OpaqueHandle stream);
int cuGetProcAddress(const char* symbol, void** function, int version, uint64_t flags);
int cuGetProcAddress_v2(const char* symbol, void** function, int version, uint64_t flags,
                        int* status);
}
