// The CUDA driver's functions as programs, and CUDA's own runtime, call them. The runtime's are not
// interposed: it asks dlsym for cuGetProcAddress, and that for each of these, whether it is linked
// or a part of the program; several versions of it live in one process, the driver is one.
#include "abi/cuda_functions.hpp"

#include "hooks/export.hpp"
#include "genuine/resolve_dlsym.hpp"
#include "genuine/genuine.hpp"
#include "remedies/cuda/device_memory.hpp"

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

int given(int code, const Address* where, size_t size) {
  if (!code && where) cuda::allocated(*where, size);
  return code;
}

int lent(int code, Word lender, const Address* where, size_t size) {
  if (!code && where) cuda::lent(lender, *where, size);
  return code;
}

/// What a node of a graph that allocates was given.
int lent(int code, const AllocationNode& node) {
  return lent(code, cuda::any_graph, &node.address, node.size);
}

/// For functions that tell the size, if they are asked for it.
template <class Function>
int variable(Function function, const void* caller, Address* into, size_t* size, Word owner,
             const char* name) {
  size_t own = 0;
  const int code = call(function, caller, into, size ? size : &own, owner, name);
  return lent(code, owner, into, size ? *size : own);
}

template <class Function, class... Arguments>
int take_back(Function function, const void* caller, Address memory, Arguments... arguments) {
  const auto taken = cuda::releasing(memory);
  const int code = call(function, caller, memory, arguments...);
  cuda::released(taken);
  return code;
}

int resolved(int code, const char* symbol, void** function, int version, uint64_t flags) {
  if (code || !symbol || !function || !*function || !cuda::watches()) return code;
  const auto name = real::named_by_driver(symbol, version, flags);
  if (name == real::Name::none) return code;
  real::learn(name, *function);
  *function = real::body_of(name);
  return code;
}

}  // namespace

SIDESTEP_EXPORT int cuMemAlloc_v2(Address* into, size_t size) {
  return given(call(real::cuMemAlloc_v2, CALLER, into, size), into, size);
}

SIDESTEP_EXPORT int cuMemAllocPitch_v2(Address* into, size_t* pitch, size_t width, size_t height,
                                       unsigned element) {
  const int code = call(real::cuMemAllocPitch_v2, CALLER, into, pitch, width, height, element);
  return given(code, into, pitch ? *pitch * height : 0);
}

SIDESTEP_EXPORT int cuMemAllocManaged(Address* into, size_t size, unsigned flags) {
  return given(call(real::cuMemAllocManaged, CALLER, into, size, flags), into, size);
}

SIDESTEP_EXPORT int cuMemAllocAsync(Address* into, size_t size, Word stream) {
  return given(call(real::cuMemAllocAsync, CALLER, into, size, stream), into, size);
}

SIDESTEP_EXPORT int cuMemAllocAsync_ptsz(Address* into, size_t size, Word stream) {
  return given(call(real::cuMemAllocAsync_ptsz, CALLER, into, size, stream), into, size);
}

SIDESTEP_EXPORT int cuMemAllocFromPoolAsync(Address* into, size_t size, Word pool, Word stream) {
  return given(call(real::cuMemAllocFromPoolAsync, CALLER, into, size, pool, stream), into, size);
}

SIDESTEP_EXPORT int cuMemAllocFromPoolAsync_ptsz(Address* into, size_t size, Word pool,
                                                 Word stream) {
  return given(call(real::cuMemAllocFromPoolAsync_ptsz, CALLER, into, size, pool, stream), into,
               size);
}

SIDESTEP_EXPORT int cuMemMap(Address at, size_t size, size_t offset, unsigned long long handle,
                             unsigned long long flags) {
  return given(call(real::cuMemMap, CALLER, at, size, offset, handle, flags), &at, size);
}

SIDESTEP_EXPORT int cuIpcOpenMemHandle(Address* into, IpcHandle handle, unsigned flags) {
  return given(call(real::cuIpcOpenMemHandle, CALLER, into, handle, flags), into, 0);
}

SIDESTEP_EXPORT int cuIpcOpenMemHandle_v2(Address* into, IpcHandle handle, unsigned flags) {
  return given(call(real::cuIpcOpenMemHandle_v2, CALLER, into, handle, flags), into, 0);
}

SIDESTEP_EXPORT int cuMemPoolImportPointer(Address* into, Word pool, void* exported) {
  return given(call(real::cuMemPoolImportPointer, CALLER, into, pool, exported), into, 0);
}

SIDESTEP_EXPORT int cuExternalMemoryGetMappedBuffer(Address* into, Word memory,
                                                    const BufferDescription* buffer) {
  const int code = call(real::cuExternalMemoryGetMappedBuffer, CALLER, into, memory, buffer);
  return given(code, into, buffer ? buffer->size : 0);
}

SIDESTEP_EXPORT int cuGraphAddMemAllocNode(Word* node, Word graph, const Word* needs, size_t count,
                                           AllocationNode* parameters) {
  const int code =
      call(real::cuGraphAddMemAllocNode, CALLER, node, graph, needs, count, parameters);
  return code ? code : lent(code, *parameters);
}

SIDESTEP_EXPORT int cuGraphAddNode(Word* node, Word graph, const Word* needs, size_t count,
                                   NodeParameters* parameters) {
  const int code = call(real::cuGraphAddNode, CALLER, node, graph, needs, count, parameters);
  const bool allocates = !code && parameters->type == NodeParameters::allocation;
  return allocates ? lent(code, parameters->node) : code;
}

SIDESTEP_EXPORT int cuGraphAddNode_v2(Word* node, Word graph, const Word* needs, const void* edges,
                                      size_t count, NodeParameters* parameters) {
  const int code =
      call(real::cuGraphAddNode_v2, CALLER, node, graph, needs, edges, count, parameters);
  const bool allocates = !code && parameters->type == NodeParameters::allocation;
  return allocates ? lent(code, parameters->node) : code;
}

SIDESTEP_EXPORT int cuGraphicsResourceGetMappedPointer_v2(Address* into, size_t* size,
                                                          Word resource) {
  const int code = call(real::cuGraphicsResourceGetMappedPointer_v2, CALLER, into, size, resource);
  return lent(code, resource, into, size ? *size : 0);
}

SIDESTEP_EXPORT int cuModuleGetGlobal_v2(Address* into, size_t* size, Word module,
                                         const char* name) {
  return variable(real::cuModuleGetGlobal_v2, CALLER, into, size, module, name);
}

SIDESTEP_EXPORT int cuLibraryGetGlobal(Address* into, size_t* size, Word library,
                                       const char* name) {
  return variable(real::cuLibraryGetGlobal, CALLER, into, size, library, name);
}

SIDESTEP_EXPORT int cuLibraryGetManaged(Address* into, size_t* size, Word library,
                                        const char* name) {
  return variable(real::cuLibraryGetManaged, CALLER, into, size, library, name);
}

SIDESTEP_EXPORT int cuMemFree_v2(Address memory) {
  return take_back(real::cuMemFree_v2, CALLER, memory);
}

SIDESTEP_EXPORT int cuMemFreeAsync(Address memory, Word stream) {
  return take_back(real::cuMemFreeAsync, CALLER, memory, stream);
}

SIDESTEP_EXPORT int cuMemFreeAsync_ptsz(Address memory, Word stream) {
  return take_back(real::cuMemFreeAsync_ptsz, CALLER, memory, stream);
}

SIDESTEP_EXPORT int cuMemUnmap(Address memory, size_t size) {
  cuda::releasing(memory, size);
  return call(real::cuMemUnmap, CALLER, memory, size);
}

SIDESTEP_EXPORT int cuIpcCloseMemHandle(Address memory) {
  return take_back(real::cuIpcCloseMemHandle, CALLER, memory);
}

SIDESTEP_EXPORT int cuModuleUnload(Word module) {
  cuda::ends(module);
  return call(real::cuModuleUnload, CALLER, module);
}

SIDESTEP_EXPORT int cuLibraryUnload(Word library) {
  cuda::ends(library);
  return call(real::cuLibraryUnload, CALLER, library);
}

SIDESTEP_EXPORT int cuGraphDestroy(Word graph) {
  cuda::ends(cuda::any_graph);
  return call(real::cuGraphDestroy, CALLER, graph);
}

SIDESTEP_EXPORT int cuGraphExecDestroy(Word graph) {
  cuda::ends(cuda::any_graph);
  return call(real::cuGraphExecDestroy, CALLER, graph);
}

SIDESTEP_EXPORT int cuGraphicsUnmapResources(unsigned count, Word* resources, Word stream) {
  for (unsigned i = 0; i < count; ++i) cuda::ends(resources[i]);
  return call(real::cuGraphicsUnmapResources, CALLER, count, resources, stream);
}

SIDESTEP_EXPORT int cuGraphicsUnmapResources_ptsz(unsigned count, Word* resources, Word stream) {
  for (unsigned i = 0; i < count; ++i) cuda::ends(resources[i]);
  return call(real::cuGraphicsUnmapResources_ptsz, CALLER, count, resources, stream);
}

SIDESTEP_EXPORT int cuGetProcAddress(const char* symbol, void** function, int version,
                                     uint64_t flags) {
  return resolved(call(real::cuGetProcAddress, CALLER, symbol, function, version, flags), symbol,
                  function, version, flags);
}

SIDESTEP_EXPORT int cuGetProcAddress_v2(const char* symbol, void** function, int version,
                                        uint64_t flags, int* status) {
  const int code =
      call(real::cuGetProcAddress_v2, CALLER, symbol, function, version, flags, status);
  return resolved(code, symbol, function, version, flags);
}
