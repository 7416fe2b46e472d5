// SPDX-License-Identifier: BSD-3-Clause
// The ways to allocate device memory, each with the way to free it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device_memory.h"
#include "device_memory_graphs.h"

// Ends the function where one of its steps fails.
#define DO(call)                                 \
  do {                                           \
    const CUresult status_ = (call);             \
    if (status_ != CUDA_SUCCESS) return status_; \
  } while (0)

#define MAKE(function, ...) \
  static CUresult make_##function(struct piece* p) { return driver.function(__VA_ARGS__); }
#define END(function, ...) \
  static CUresult end_##function(struct piece* p) { return driver.function(__VA_ARGS__); }

static CUmemoryPool default_pool(void) {
  CUmemoryPool found = NULL;
  driver.cuDeviceGetDefaultMemPool(&found, 0);
  return found;
}

MAKE(cuMemAlloc_v2, &p->start, p->size)
MAKE(cuMemAllocManaged, &p->start, p->size, CU_MEM_ATTACH_GLOBAL)
MAKE(cuMemAllocHost_v2, (void**)&p->start, p->size)
MAKE(cuMemAllocAsync, &p->start, p->size, NULL)
MAKE(cuMemAllocAsync_ptsz, &p->start, p->size, NULL)
MAKE(cuMemAllocFromPoolAsync, &p->start, p->size, default_pool(), NULL)
MAKE(cuMemAllocFromPoolAsync_ptsz, &p->start, p->size, default_pool(), NULL)
END(cuMemFree_v2, p->start)
END(cuMemFreeHost, (void*)p->start)
END(cuMemFreeAsync, p->start, NULL)
END(cuMemFreeAsync_ptsz, p->start, NULL)

static CUresult make_cuMemAllocPitch_v2(struct piece* p) {
  size_t pitch;
  return driver.cuMemAllocPitch_v2(&p->start, &pitch, p->size, 2, 4);
}

static CUresult make_cuMemMap(struct piece* p) {
  CUmemAllocationProp where = {.type = CU_MEM_ALLOCATION_TYPE_PINNED};
  where.location.type = CU_MEM_LOCATION_TYPE_DEVICE;
  const CUmemAccessDesc access = {where.location, CU_MEM_ACCESS_FLAGS_PROT_READWRITE};
  p->mapped = 2 << 20;
  DO(driver.cuMemAddressReserve(&p->start, p->mapped, 0, 0, 0));
  DO(driver.cuMemCreate(&p->handle, p->mapped, &where, 0));
  DO(driver.cuMemMap(p->start, p->mapped, 0, p->handle, 0));
  return driver.cuMemSetAccess(p->start, p->mapped, &access, 1);
}

static CUresult end_cuMemUnmap(struct piece* p) {
  DO(driver.cuMemUnmap(p->start, p->mapped));
  DO(driver.cuMemRelease(p->handle));
  return driver.cuMemAddressFree(p->start, p->mapped);
}

// What IPC opens is this process's own. The driver counts: closing one of two leaves it there.
static CUresult make_ipc(struct piece* p, __typeof__(&cuIpcOpenMemHandle) open) {
  CUipcMemHandle exported;
  CUdeviceptr again;
  DO(driver.cuMemAlloc_v2(&p->source, p->size));
  DO(driver.cuIpcGetMemHandle(&exported, p->source));
  DO(open(&p->start, exported, CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS));
  DO(open(&again, exported, CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS));
  if (again != p->start || again == p->source) return CUDA_ERROR_UNKNOWN;
  return driver.cuIpcCloseMemHandle(again);
}
static CUresult make_cuIpcOpenMemHandle(struct piece* p) {
  return make_ipc(p, driver.cuIpcOpenMemHandle);
}
static CUresult make_cuIpcOpenMemHandle_v2(struct piece* p) {
  return make_ipc(p, driver.cuIpcOpenMemHandle_v2);
}
static CUresult end_cuIpcCloseMemHandle(struct piece* p) {
  DO(driver.cuIpcCloseMemHandle(p->start));
  return driver.cuMemFree_v2(p->source);
}

static CUresult make_cuMemPoolImportPointer(struct piece* p) {
  CUmemPoolPtrExportData exported;
  DO(driver.cuMemAllocAsync(&p->source, p->size, NULL));
  DO(driver.cuMemPoolExportPointer(&exported, p->source));
  return driver.cuMemPoolImportPointer(&p->start, default_pool(), &exported);
}
static CUresult end_imported(struct piece* p) {
  DO(driver.cuMemFreeAsync(p->start, NULL));
  return driver.cuMemFreeAsync(p->source, NULL);
}

static CUresult make_cuExternalMemoryGetMappedBuffer(struct piece* p) {
  CUDA_EXTERNAL_MEMORY_HANDLE_DESC from = {.type = CU_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD};
  CUDA_EXTERNAL_MEMORY_BUFFER_DESC all = {.size = p->size};
  from.size = p->size;
  DO(driver.cuImportExternalMemory((CUexternalMemory*)&p->holder, &from));
  return driver.cuExternalMemoryGetMappedBuffer(&p->start, p->holder, &all);
}
static CUresult end_external(struct piece* p) {
  DO(driver.cuMemFree_v2(p->start));
  return driver.cuDestroyExternalMemory(p->holder);
}

// Loaded code with one variable.
static const char* code(char* text, size_t room, const char* attribute, size_t size) {
  snprintf(text, room,
           ".version 7.0\n.target sm_50\n.address_size 64\n"
           ".visible .global %s .align 8 .b8 variable[%zu];\n",
           attribute, size);
  return text;
}

static CUresult make_cuModuleGetGlobal_v2(struct piece* p) {
  char text[256];
  size_t size;
  DO(driver.cuModuleLoadData((CUmodule*)&p->holder, code(text, sizeof text, "", p->size)));
  return driver.cuModuleGetGlobal_v2(&p->start, &size, p->holder, "variable");
}
END(cuModuleUnload, p->holder)

static CUresult load(struct piece* p, const char* attribute) {
  char text[256];
  return driver.cuLibraryLoadData((CUlibrary*)&p->holder,
                                  code(text, sizeof text, attribute, p->size), NULL, NULL, 0, NULL,
                                  NULL, 0);
}
static CUresult make_cuLibraryGetGlobal(struct piece* p) {
  DO(load(p, ""));
  return driver.cuLibraryGetGlobal(&p->start, NULL, p->holder, "variable");
}
static CUresult make_cuLibraryGetManaged(struct piece* p) {
  DO(load(p, ".attribute(.managed)"));
  return driver.cuLibraryGetManaged(&p->start, NULL, p->holder, "variable");
}
END(cuLibraryUnload, p->holder)

static CUresult make_cuGraphicsResourceGetMappedPointer_v2(struct piece* p) {
  CUgraphicsResource* resource = (CUgraphicsResource*)&p->holder;
  size_t size;
  DO(driver.cuGraphicsGLRegisterBuffer(resource, (unsigned)p->size, 0));
  DO(driver.cuGraphicsMapResources(1, resource, NULL));
  return driver.cuGraphicsResourceGetMappedPointer_v2(&p->start, &size, *resource);
}
static CUresult end_cuGraphicsUnmapResources(struct piece* p) {
  DO(driver.cuGraphicsUnmapResources(1, (CUgraphicsResource*)&p->holder, NULL));
  return driver.cuGraphicsUnregisterResource(p->holder);
}

// clang-format off
const struct entry entries[] = {
  // name, how it is made, how it ends, whose it is
  {"cuMemAlloc_v2", make_cuMemAlloc_v2, end_cuMemFree_v2, device},
  {"cuMemAllocPitch_v2", make_cuMemAllocPitch_v2, end_cuMemFree_v2, device},
  {"cuMemAllocManaged", make_cuMemAllocManaged, end_cuMemFree_v2, device_open_to_host},
  {"cuMemAllocHost_v2", make_cuMemAllocHost_v2, end_cuMemFreeHost, pinned},
  {"cuMemAllocAsync", make_cuMemAllocAsync, end_cuMemFreeAsync, device},
  {"cuMemAllocAsync_ptsz", make_cuMemAllocAsync_ptsz, end_cuMemFreeAsync_ptsz, device},
  {"cuMemAllocFromPoolAsync", make_cuMemAllocFromPoolAsync, end_cuMemFreeAsync, device},
  {"cuMemAllocFromPoolAsync_ptsz", make_cuMemAllocFromPoolAsync_ptsz, end_cuMemFreeAsync_ptsz,
    device},
  // Crossed: freed on another kind of stream, or on none.
  {"cuMemAllocAsync/cuMemFreeAsync_ptsz", make_cuMemAllocAsync, end_cuMemFreeAsync_ptsz, device},
  {"cuMemAllocAsync_ptsz/cuMemFreeAsync", make_cuMemAllocAsync_ptsz, end_cuMemFreeAsync, device},
  {"cuMemAllocAsync_ptsz/cuMemFree_v2", make_cuMemAllocAsync_ptsz, end_cuMemFree_v2, device},
  {"cuMemAlloc_v2/cuMemFreeAsync_ptsz", make_cuMemAlloc_v2, end_cuMemFreeAsync_ptsz, device},
  {"cuMemMap", make_cuMemMap, end_cuMemUnmap, device},
  {"cuIpcOpenMemHandle", make_cuIpcOpenMemHandle, end_cuIpcCloseMemHandle, device},
  {"cuIpcOpenMemHandle_v2", make_cuIpcOpenMemHandle_v2, end_cuIpcCloseMemHandle, device},
  {"cuMemPoolImportPointer", make_cuMemPoolImportPointer, end_imported, device},
  {"cuExternalMemoryGetMappedBuffer", make_cuExternalMemoryGetMappedBuffer, end_external, device},
  {"cuGraphAddMemAllocNode", make_graph, end_graph, device},
  {"cuGraphAddNode", make_graph_general, end_graph, device},
  {"cuGraphAddNode_v2", make_graph_general_v2, end_graph, device},
  {"cuGraphLaunch_ptsz", make_graph_ptsz, end_graph_ptsz, device},
  {"cuGraphLaunch/again", make_launched_again, end_graph, device},
  {"cuGraphAddMemFreeNode", make_graph, end_by_node, device},
  {"cuStreamBeginCapture", make_captured, end_graph, device},
  {"cuStreamBeginCapture/again", make_captured_again, end_graph, device},
  {"cuModuleGetGlobal_v2", make_cuModuleGetGlobal_v2, end_cuModuleUnload, device},
  {"cuLibraryGetGlobal", make_cuLibraryGetGlobal, end_cuLibraryUnload, device},
  {"cuLibraryGetManaged", make_cuLibraryGetManaged, end_cuLibraryUnload, device_open_to_host},
  {"cuGraphicsResourceGetMappedPointer_v2", make_cuGraphicsResourceGetMappedPointer_v2,
    end_cuGraphicsUnmapResources, device},
};
// clang-format on
const int entry_count = sizeof entries / sizeof *entries;
