// SPDX-License-Identifier: BSD-3-Clause
// The CUDA driver's functions, as programs and CUDA's own runtime call them. The runtime's
// functions are not interposed: whether it is linked or a part of the program, it asks dlsym for
// cuGetProcAddress, and that for each of these; several versions of it may live in one process, and
// the driver is one.
#include "abi/cuda_functions.hpp"
#include "genuine/genuine.hpp"
#include "genuine/resolve_dlsym.hpp"
#include "hooks/export.hpp"
#include "remedies/cuda/cuda_allocations.hpp"
#include "remedies/cuda/device_memory.hpp"

using namespace abi;
using namespace remedies;

// The return address, for a caller whose libcuda is in no global scope.
#define CALLER __builtin_return_address(0)

namespace {

constexpr int not_found = 500;  // CUDA_ERROR_NOT_FOUND: a program calls CUDA and none is loaded

template <class Function, class... Arguments>
int call(Function function, const void* caller, Arguments... arguments) {
  const auto genuine = function.from(caller);
  return genuine ? genuine(arguments...) : not_found;
}

int report_allocated(int code, const DevicePointer* where, size_t size) {
  if (!code && where) cuda::allocated(*where, size);
  return code;
}

int report_owned(int code, OpaqueHandle owner, const DevicePointer* where, size_t size) {
  if (!code && where) cuda::allocated_by_owner(owner, *where, size);
  return code;
}

/// The memory of a graph's node that allocates.
int report_owned(int code, const AllocationNode& node) {
  return report_owned(code, cuda::any_graph, &node.address, node.size);
}

/// For functions that return the size, if they are asked for it.
template <class Function>
int variable(Function function, const void* caller, DevicePointer* into, size_t* size,
             OpaqueHandle owner, const char* name) {
  size_t own = 0;
  const int code = call(function, caller, into, size ? size : &own, owner, name);
  return report_owned(code, owner, into, size ? *size : own);
}

template <class Function, class... Arguments>
int free_memory(Function function, const void* caller, DevicePointer memory,
                Arguments... arguments) {
  const auto memory_freed = cuda::freeing(memory);
  const int code = call(function, caller, memory, arguments...);
  cuda::freed(memory_freed);
  return code;
}

int interpose_result(int code, const char* symbol, void** function, int version, uint64_t flags) {
  if (code || !symbol || !function || !*function || !cuda::watches()) return code;
  const auto name = genuine::named_by_driver(symbol, version, flags);
  if (version > genuine::newest_cuda &&
      genuine::named_by_driver(symbol, genuine::newest_cuda, flags) != genuine::Name::none)
    cuda::passes_unseen(symbol);
  if (name == genuine::Name::none) return code;
  genuine::learn(name, *function);
  *function = genuine::body_of(name);
  return code;
}

}  // namespace

SIDESTEP_EXPORT int cuMemAlloc_v2(DevicePointer* into, size_t size) {
  return report_allocated(call(genuine::cuMemAlloc_v2, CALLER, into, size), into, size);
}

SIDESTEP_EXPORT int cuMemAllocPitch_v2(DevicePointer* into, size_t* pitch, size_t width,
                                       size_t height, unsigned element) {
  const int code = call(genuine::cuMemAllocPitch_v2, CALLER, into, pitch, width, height, element);
  return report_allocated(code, into, pitch ? *pitch * height : 0);
}

SIDESTEP_EXPORT int cuMemAllocManaged(DevicePointer* into, size_t size, unsigned flags) {
  return report_allocated(call(genuine::cuMemAllocManaged, CALLER, into, size, flags), into, size);
}

SIDESTEP_EXPORT int cuMemAllocAsync(DevicePointer* into, size_t size, OpaqueHandle stream) {
  return report_allocated(call(genuine::cuMemAllocAsync, CALLER, into, size, stream), into, size);
}

SIDESTEP_EXPORT int cuMemAllocAsync_ptsz(DevicePointer* into, size_t size, OpaqueHandle stream) {
  return report_allocated(call(genuine::cuMemAllocAsync_ptsz, CALLER, into, size, stream), into,
                          size);
}

SIDESTEP_EXPORT int cuMemAllocFromPoolAsync(DevicePointer* into, size_t size, OpaqueHandle pool,
                                            OpaqueHandle stream) {
  return report_allocated(call(genuine::cuMemAllocFromPoolAsync, CALLER, into, size, pool, stream),
                          into, size);
}

SIDESTEP_EXPORT int cuMemAllocFromPoolAsync_ptsz(DevicePointer* into, size_t size,
                                                 OpaqueHandle pool, OpaqueHandle stream) {
  return report_allocated(
      call(genuine::cuMemAllocFromPoolAsync_ptsz, CALLER, into, size, pool, stream), into, size);
}

SIDESTEP_EXPORT int cuMemMap(DevicePointer at, size_t size, size_t offset,
                             unsigned long long handle, unsigned long long flags) {
  return report_allocated(call(genuine::cuMemMap, CALLER, at, size, offset, handle, flags), &at,
                          size);
}

SIDESTEP_EXPORT int cuIpcOpenMemHandle(DevicePointer* into, IpcHandle handle, unsigned flags) {
  return report_allocated(call(genuine::cuIpcOpenMemHandle, CALLER, into, handle, flags), into, 0);
}

SIDESTEP_EXPORT int cuIpcOpenMemHandle_v2(DevicePointer* into, IpcHandle handle, unsigned flags) {
  return report_allocated(call(genuine::cuIpcOpenMemHandle_v2, CALLER, into, handle, flags), into,
                          0);
}

SIDESTEP_EXPORT int cuMemPoolImportPointer(DevicePointer* into, OpaqueHandle pool, void* exported) {
  return report_allocated(call(genuine::cuMemPoolImportPointer, CALLER, into, pool, exported), into,
                          0);
}

SIDESTEP_EXPORT int cuExternalMemoryGetMappedBuffer(DevicePointer* into, OpaqueHandle memory,
                                                    const BufferDescription* buffer) {
  const int code = call(genuine::cuExternalMemoryGetMappedBuffer, CALLER, into, memory, buffer);
  return report_allocated(code, into, buffer ? buffer->size : 0);
}

SIDESTEP_EXPORT int cuGraphAddMemAllocNode(OpaqueHandle* node, OpaqueHandle graph,
                                           const OpaqueHandle* needs, size_t count,
                                           AllocationNode* parameters) {
  const int code =
      call(genuine::cuGraphAddMemAllocNode, CALLER, node, graph, needs, count, parameters);
  return code ? code : report_owned(code, *parameters);
}

SIDESTEP_EXPORT int cuGraphAddNode(OpaqueHandle* node, OpaqueHandle graph,
                                   const OpaqueHandle* needs, size_t count,
                                   NodeParameters* parameters) {
  const int code = call(genuine::cuGraphAddNode, CALLER, node, graph, needs, count, parameters);
  const bool allocates = !code && parameters->type == NodeParameters::allocation;
  return allocates ? report_owned(code, parameters->node) : code;
}

SIDESTEP_EXPORT int cuGraphAddNode_v2(OpaqueHandle* node, OpaqueHandle graph,
                                      const OpaqueHandle* needs, const void* edges, size_t count,
                                      NodeParameters* parameters) {
  const int code =
      call(genuine::cuGraphAddNode_v2, CALLER, node, graph, needs, edges, count, parameters);
  const bool allocates = !code && parameters->type == NodeParameters::allocation;
  return allocates ? report_owned(code, parameters->node) : code;
}

SIDESTEP_EXPORT int cuGraphicsResourceGetMappedPointer_v2(DevicePointer* into, size_t* size,
                                                          OpaqueHandle resource) {
  const int code =
      call(genuine::cuGraphicsResourceGetMappedPointer_v2, CALLER, into, size, resource);
  return report_owned(code, resource, into, size ? *size : 0);
}

SIDESTEP_EXPORT int cuModuleGetGlobal_v2(DevicePointer* into, size_t* size, OpaqueHandle module,
                                         const char* name) {
  return variable(genuine::cuModuleGetGlobal_v2, CALLER, into, size, module, name);
}

SIDESTEP_EXPORT int cuLibraryGetGlobal(DevicePointer* into, size_t* size, OpaqueHandle library,
                                       const char* name) {
  return variable(genuine::cuLibraryGetGlobal, CALLER, into, size, library, name);
}

SIDESTEP_EXPORT int cuLibraryGetManaged(DevicePointer* into, size_t* size, OpaqueHandle library,
                                        const char* name) {
  return variable(genuine::cuLibraryGetManaged, CALLER, into, size, library, name);
}

SIDESTEP_EXPORT int cuMemFree_v2(DevicePointer memory) {
  return free_memory(genuine::cuMemFree_v2, CALLER, memory);
}

SIDESTEP_EXPORT int cuMemFreeAsync(DevicePointer memory, OpaqueHandle stream) {
  return free_memory(genuine::cuMemFreeAsync, CALLER, memory, stream);
}

SIDESTEP_EXPORT int cuMemFreeAsync_ptsz(DevicePointer memory, OpaqueHandle stream) {
  return free_memory(genuine::cuMemFreeAsync_ptsz, CALLER, memory, stream);
}

SIDESTEP_EXPORT int cuMemUnmap(DevicePointer memory, size_t size) {
  cuda::freeing(memory, size);
  return call(genuine::cuMemUnmap, CALLER, memory, size);
}

SIDESTEP_EXPORT int cuIpcCloseMemHandle(DevicePointer memory) {
  return free_memory(genuine::cuIpcCloseMemHandle, CALLER, memory);
}

SIDESTEP_EXPORT int cuModuleUnload(OpaqueHandle module) {
  cuda::owner_destroyed(module);
  return call(genuine::cuModuleUnload, CALLER, module);
}

SIDESTEP_EXPORT int cuLibraryUnload(OpaqueHandle library) {
  cuda::owner_destroyed(library);
  return call(genuine::cuLibraryUnload, CALLER, library);
}

SIDESTEP_EXPORT int cuGraphDestroy(OpaqueHandle graph) {
  cuda::owner_destroyed(cuda::any_graph);
  return call(genuine::cuGraphDestroy, CALLER, graph);
}

SIDESTEP_EXPORT int cuGraphExecDestroy(OpaqueHandle graph) {
  cuda::owner_destroyed(cuda::any_graph);
  return call(genuine::cuGraphExecDestroy, CALLER, graph);
}

SIDESTEP_EXPORT int cuGraphicsUnmapResources(unsigned count, OpaqueHandle* resources,
                                             OpaqueHandle stream) {
  for (unsigned i = 0; i < count; ++i) cuda::owner_destroyed(resources[i]);
  return call(genuine::cuGraphicsUnmapResources, CALLER, count, resources, stream);
}

SIDESTEP_EXPORT int cuGraphicsUnmapResources_ptsz(unsigned count, OpaqueHandle* resources,
                                                  OpaqueHandle stream) {
  for (unsigned i = 0; i < count; ++i) cuda::owner_destroyed(resources[i]);
  return call(genuine::cuGraphicsUnmapResources_ptsz, CALLER, count, resources, stream);
}

SIDESTEP_EXPORT int cuGetProcAddress(const char* symbol, void** function, int version,
                                     uint64_t flags) {
  return interpose_result(call(genuine::cuGetProcAddress, CALLER, symbol, function, version, flags),
                          symbol, function, version, flags);
}

SIDESTEP_EXPORT int cuGetProcAddress_v2(const char* symbol, void** function, int version,
                                        uint64_t flags, int* status) {
  const int code =
      call(genuine::cuGetProcAddress_v2, CALLER, symbol, function, version, flags, status);
  return interpose_result(code, symbol, function, version, flags);
}
