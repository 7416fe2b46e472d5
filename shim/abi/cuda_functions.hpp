#pragma once
// The functions of the CUDA driver that are interposed, without cuda.h: handles are machine words,
// passed on untouched. As in cuda.h of 11.7 to 13.0; a driver lacks some of them.
#include <stddef.h>
#include <stdint.h>

#include "abi/handle.hpp"

using Address = unsigned long long;  ///< CUdeviceptr

/// CUipcMemHandle, which is passed by value.
struct IpcHandle {
  char reserved[64];
};

/// Where CUDA_EXTERNAL_MEMORY_BUFFER_DESC tells the size.
struct BufferDescription {
  unsigned long long offset, size;
};

/// The head of CUDA_MEM_ALLOC_NODE_PARAMS: a CUmemPoolProps, a CUmemAccessDesc* and its count; then
/// the size in bytes, which is asked for, and the address, which is given.
struct AllocationNode {
  char properties[88];
  Word access[2];
  size_t size;
  Address address;
};

/// The head of CUgraphNodeParams, for a node that allocates.
struct NodeParameters {
  static constexpr int allocation = 10;  ///< CU_GRAPH_NODE_TYPE_MEM_ALLOC
  int type, reserved[3];
  AllocationNode node;
};

extern "C" {
int cuMemAlloc_v2(Address* into, size_t size);
int cuMemAllocPitch_v2(Address* into, size_t* pitch, size_t width, size_t height, unsigned element);
int cuMemAllocManaged(Address* into, size_t size, unsigned flags);
int cuMemAllocAsync(Address* into, size_t size, Word stream);
int cuMemAllocAsync_ptsz(Address* into, size_t size, Word stream);
int cuMemAllocFromPoolAsync(Address* into, size_t size, Word pool, Word stream);
int cuMemAllocFromPoolAsync_ptsz(Address* into, size_t size, Word pool, Word stream);
int cuMemMap(Address at, size_t size, size_t offset, unsigned long long handle,
             unsigned long long flags);
int cuIpcOpenMemHandle(Address* into, IpcHandle handle, unsigned flags);
int cuIpcOpenMemHandle_v2(Address* into, IpcHandle handle, unsigned flags);
int cuMemPoolImportPointer(Address* into, Word pool, void* exported);
int cuExternalMemoryGetMappedBuffer(Address* into, Word memory, const BufferDescription* buffer);
int cuGraphAddMemAllocNode(Word* node, Word graph, const Word* needs, size_t count,
                           AllocationNode* parameters);
int cuGraphAddNode(Word* node, Word graph, const Word* needs, size_t count,
                   NodeParameters* parameters);
int cuGraphAddNode_v2(Word* node, Word graph, const Word* needs, const void* edges, size_t count,
                      NodeParameters* parameters);
int cuGraphicsResourceGetMappedPointer_v2(Address* into, size_t* size, Word resource);
int cuModuleGetGlobal_v2(Address* into, size_t* size, Word module, const char* name);
int cuLibraryGetGlobal(Address* into, size_t* size, Word library, const char* name);
int cuLibraryGetManaged(Address* into, size_t* size, Word library, const char* name);
int cuMemFree_v2(Address memory);
int cuMemFreeAsync(Address memory, Word stream);
int cuMemFreeAsync_ptsz(Address memory, Word stream);
int cuMemUnmap(Address memory, size_t size);
int cuIpcCloseMemHandle(Address memory);
int cuModuleUnload(Word module);
int cuLibraryUnload(Word library);
int cuGraphDestroy(Word graph);
int cuGraphExecDestroy(Word graph);
int cuGraphicsUnmapResources(unsigned count, Word* resources, Word stream);
int cuGraphicsUnmapResources_ptsz(unsigned count, Word* resources, Word stream);
int cuGetProcAddress(const char* symbol, void** function, int version, uint64_t flags);
int cuGetProcAddress_v2(const char* symbol, void** function, int version, uint64_t flags,
                        int* status);
}
