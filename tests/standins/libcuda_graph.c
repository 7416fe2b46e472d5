// SPDX-License-Identifier: BSD-3-Clause
// Capture, and graphs with memory nodes. The address of a node's memory is fixed when the
// node is made; memory is there from a launch until it is freed, and again with the next launch.
// All that is asked of a stream is done at once.
#include <stdlib.h>

#include "libcuda.h"

struct CUgraphNode_st {
  CUgraphNode next;
  int frees;  // or else it allocates
  CUdeviceptr start;
  size_t size;
};

struct CUgraph_st {
  CUgraphNode first;
  CUgraphNode* end;
  int uses;  // its own and its executable's
};

struct CUgraphExec_st {
  CUgraph graph;
  int frees_before_launch;
};

static CUgraph graph_new(void) {
  CUgraph graph = calloc(1, sizeof *graph);
  graph->end = &graph->first;
  graph->uses = 1;
  return graph;
}

static void graph_drop(CUgraph graph) {
  if (--graph->uses) return;
  for (CUgraphNode node = graph->first; node;) {
    CUgraphNode next = node->next;
    // Memory that is in use outlives its graph, and so do its addresses.
    struct allocation used;
    if (!node->frees && !allocation_find(node->start, &used))
      addresses_give(node->start, node->size);
    free(node);
    node = next;
  }
  free(graph);
}

static CUgraphNode node_add(CUgraph graph, int frees, CUdeviceptr start, size_t size) {
  CUgraphNode node = calloc(1, sizeof *node);
  node->frees = frees;
  node->start = frees ? start : addresses_take(size);
  node->size = size;
  *graph->end = node;
  graph->end = &node->next;
  return node;
}

static CUgraph captured_by(CUstream stream) {
  // 0, 1 and 2 stand for the default streams, which cannot capture.
  return (size_t)stream > 2 ? stream->captures : NULL;
}

int stream_takes_allocation(CUstream stream, CUdeviceptr* result, size_t size) {
  CUgraph graph = captured_by(stream);
  if (graph) *result = node_add(graph, 0, 0, size)->start;
  return graph != NULL;
}

int stream_takes_free(CUstream stream, CUdeviceptr start) {
  CUgraph graph = captured_by(stream);
  if (graph) node_add(graph, 1, start, 0);
  return graph != NULL;
}

static CUresult begin(CUstream stream) {
  if ((size_t)stream <= 2) return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
  stream->captures = graph_new();
  return CUDA_SUCCESS;
}

static CUresult end(CUstream stream, CUgraph* result) {
  *result = captured_by(stream);
  if (!*result) return CUDA_ERROR_ILLEGAL_STATE;
  stream->captures = NULL;
  return CUDA_SUCCESS;
}

static CUresult capturing(CUstream stream, CUstreamCaptureStatus* result) {
  *result = captured_by(stream) ? CU_STREAM_CAPTURE_STATUS_ACTIVE : CU_STREAM_CAPTURE_STATUS_NONE;
  return CUDA_SUCCESS;
}

DRIVER cuStreamBeginCapture_v2(CUstream stream, CUstreamCaptureMode mode) {
  return (void)mode, begin(stream);
}
DRIVER cuStreamBeginCapture_v2_ptsz(CUstream stream, CUstreamCaptureMode mode) {
  return (void)mode, begin(stream);
}
DRIVER cuStreamEndCapture(CUstream stream, CUgraph* result) { return end(stream, result); }
DRIVER cuStreamEndCapture_ptsz(CUstream stream, CUgraph* result) { return end(stream, result); }
DRIVER cuStreamIsCapturing(CUstream stream, CUstreamCaptureStatus* result) {
  return capturing(stream, result);
}
DRIVER cuStreamIsCapturing_ptsz(CUstream stream, CUstreamCaptureStatus* result) {
  return capturing(stream, result);
}

DRIVER cuGraphCreate(CUgraph* result, unsigned flags) {
  (void)flags;
  *result = graph_new();
  return CUDA_SUCCESS;
}

DRIVER cuGraphDestroy(CUgraph old) {
  PATCHABLE;
  graph_drop(old);
  return CUDA_SUCCESS;
}

static CUresult add(CUgraphNode* result, CUgraph graph, CUgraphNodeParams* node) {
  if (node->type == CU_GRAPH_NODE_TYPE_MEM_ALLOC) {
    *result = node_add(graph, 0, 0, node->alloc.bytesize);
    node->alloc.dptr = (*result)->start;
    return CUDA_SUCCESS;
  }
  if (node->type != CU_GRAPH_NODE_TYPE_MEM_FREE) return CUDA_ERROR_NOT_SUPPORTED;
  *result = node_add(graph, 1, node->free.dptr, 0);
  return CUDA_SUCCESS;
}

DRIVER cuGraphAddMemAllocNode(CUgraphNode* result, CUgraph graph, const CUgraphNode* after,
                              size_t count, CUDA_MEM_ALLOC_NODE_PARAMS* node) {
  PATCHABLE;
  (void)after, (void)count;
  *result = node_add(graph, 0, 0, node->bytesize);
  node->dptr = (*result)->start;
  return CUDA_SUCCESS;
}

DRIVER cuGraphAddMemFreeNode(CUgraphNode* result, CUgraph graph, const CUgraphNode* after,
                             size_t count, CUdeviceptr start) {
  PATCHABLE;
  (void)after, (void)count;
  *result = node_add(graph, 1, start, 0);
  return CUDA_SUCCESS;
}

#undef cuGraphAddNode  // CUDA 13 has dropped the first form from its header, and no driver has
DRIVER cuGraphAddNode(CUgraphNode* result, CUgraph graph, const CUgraphNode* after, size_t count,
                      CUgraphNodeParams* node) {
  PATCHABLE;
  (void)after, (void)count;
  return add(result, graph, node);
}

DRIVER cuGraphAddNode_v2(CUgraphNode* result, CUgraph graph, const CUgraphNode* after,
                         const CUgraphEdgeData* edges, size_t count, CUgraphNodeParams* node) {
  PATCHABLE;
  (void)after, (void)edges, (void)count;
  return add(result, graph, node);
}

static CUresult instantiate(CUgraphExec* result, CUgraph graph, unsigned long long flags) {
  *result = calloc(1, sizeof **result);
  (*result)->graph = graph;
  (*result)->frees_before_launch = (flags & CUDA_GRAPH_INSTANTIATE_FLAG_AUTO_FREE_ON_LAUNCH) != 0;
  ++graph->uses;
  return CUDA_SUCCESS;
}

DRIVER cuGraphInstantiate(CUgraphExec* result, CUgraph graph, CUgraphNode* wrong, char* text,
                          size_t size) {
  (void)wrong, (void)text, (void)size;
  return instantiate(result, graph, 0);
}

DRIVER cuGraphInstantiate_v2(CUgraphExec* result, CUgraph graph, CUgraphNode* wrong, char* text,
                             size_t size) {
  (void)wrong, (void)text, (void)size;
  return instantiate(result, graph, 0);
}

DRIVER cuGraphInstantiateWithFlags(CUgraphExec* result, CUgraph graph, unsigned long long flags) {
  return instantiate(result, graph, flags);
}

DRIVER cuGraphInstantiateWithParams(CUgraphExec* result, CUgraph graph,
                                    CUDA_GRAPH_INSTANTIATE_PARAMS* how) {
  return instantiate(result, graph, how->flags);
}

DRIVER cuGraphInstantiateWithParams_ptsz(CUgraphExec* result, CUgraph graph,
                                         CUDA_GRAPH_INSTANTIATE_PARAMS* how) {
  return instantiate(result, graph, how->flags);
}

DRIVER cuGraphExecDestroy(CUgraphExec old) {
  PATCHABLE;
  graph_drop(old->graph);
  free(old);
  return CUDA_SUCCESS;
}

static CUresult launch(CUgraphExec graph) {
  for (CUgraphNode node = graph->graph->first; node; node = node->next) {
    CUresult status;
    if (node->frees) {
      status = allocation_end(node->start, pool);
    } else {
      if (graph->frees_before_launch) allocation_end(node->start, pool);
      status = allocation_new(&node->start, node->size, pool, NULL, 0);
    }
    if (status != CUDA_SUCCESS) return status;
  }
  return CUDA_SUCCESS;
}

DRIVER cuGraphLaunch(CUgraphExec graph, CUstream stream) {
  PATCHABLE;
  (void)stream;
  return launch(graph);
}

DRIVER cuGraphLaunch_ptsz(CUgraphExec graph, CUstream stream) {
  PATCHABLE;
  (void)stream;
  return launch(graph);
}
