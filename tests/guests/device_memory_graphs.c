// SPDX-License-Identifier: BSD-3-Clause
// Memory nodes of graphs: their address is known before their memory is there.
#include "device_memory_graphs.h"

#include <string.h>

#define DO(call)                                 \
  do {                                           \
    const CUresult status_ = (call);             \
    if (status_ != CUDA_SUCCESS) return status_; \
  } while (0)

static CUresult instantiate(struct piece* p) {
  return driver.cuGraphInstantiateWithFlags((CUgraphExec*)&p->executable, p->graph, 0);
}

static CUresult launch(struct piece* p) {
  DO(instantiate(p));
  return driver.cuGraphLaunch(p->executable, NULL);
}

static CUmemPoolProps where(void) {
  CUmemPoolProps pool = {.allocType = CU_MEM_ALLOCATION_TYPE_PINNED};
  pool.location.type = CU_MEM_LOCATION_TYPE_DEVICE;
  return pool;
}

static CUresult with_node(struct piece* p) {
  CUDA_MEM_ALLOC_NODE_PARAMS memory = {.poolProps = where(), .bytesize = p->size};
  CUgraphNode node;
  DO(driver.cuGraphCreate((CUgraph*)&p->graph, 0));
  DO(driver.cuGraphAddMemAllocNode(&node, p->graph, NULL, 0, &memory));
  p->start = memory.dptr;
  return CUDA_SUCCESS;
}

CUresult make_graph(struct piece* p) {
  DO(with_node(p));
  return launch(p);
}

CUresult make_graph_ptsz(struct piece* p) {
  DO(with_node(p));
  DO(instantiate(p));
  return driver.cuGraphLaunch_ptsz(p->executable, CU_STREAM_PER_THREAD);
}

static CUgraphNodeParams general_node(struct piece* p) {
  CUgraphNodeParams node;
  memset(&node, 0, sizeof node);
  node.type = CU_GRAPH_NODE_TYPE_MEM_ALLOC;
  node.alloc.poolProps = where();
  node.alloc.bytesize = p->size;
  return node;
}

CUresult make_graph_general(struct piece* p) {
  CUgraphNodeParams memory = general_node(p);
  CUgraphNode node;
  DO(driver.cuGraphCreate((CUgraph*)&p->graph, 0));
  DO(driver.cuGraphAddNode(&node, p->graph, NULL, 0, &memory));
  p->start = memory.alloc.dptr;
  return launch(p);
}

CUresult make_graph_general_v2(struct piece* p) {
  CUgraphNodeParams memory = general_node(p);
  CUgraphNode node;
  DO(driver.cuGraphCreate((CUgraph*)&p->graph, 0));
  DO(driver.cuGraphAddNode_v2(&node, p->graph, NULL, NULL, 0, &memory));
  p->start = memory.alloc.dptr;
  return launch(p);
}

// UCX sees cuMemAllocAsync, while there is no memory yet.
CUresult make_captured(struct piece* p) {
  DO(driver.cuStreamCreate((CUstream*)&p->holder, CU_STREAM_NON_BLOCKING));
  DO(driver.cuStreamBeginCapture_v2(p->holder, CU_STREAM_CAPTURE_MODE_RELAXED));
  DO(driver.cuMemAllocAsync(&p->start, p->size, p->holder));
  DO(driver.cuStreamEndCapture(p->holder, (CUgraph*)&p->graph));
  DO(launch(p));
  return driver.cuStreamDestroy_v2(p->holder);
}

CUresult make_captured_again(struct piece* p) {
  DO(make_captured(p));
  DO(driver.cuMemFreeAsync(p->start, NULL));
  return driver.cuGraphLaunch(p->executable, NULL);
}

// The second launch brings back what was freed, at the same address.
CUresult make_launched_again(struct piece* p) {
  DO(make_graph(p));
  DO(driver.cuMemFreeAsync(p->start, NULL));
  return driver.cuGraphLaunch(p->executable, NULL);
}

static CUresult destroy(struct piece* p) {
  DO(driver.cuGraphExecDestroy(p->executable));
  return driver.cuGraphDestroy(p->graph);
}

CUresult end_graph(struct piece* p) {
  DO(driver.cuMemFreeAsync(p->start, NULL));
  return destroy(p);
}

CUresult end_graph_ptsz(struct piece* p) {
  DO(driver.cuMemFreeAsync_ptsz(p->start, NULL));
  return destroy(p);
}

// Another graph frees it.
CUresult end_by_node(struct piece* p) {
  struct piece other = {0};
  CUgraphNode node;
  DO(driver.cuGraphCreate((CUgraph*)&other.graph, 0));
  DO(driver.cuGraphAddMemFreeNode(&node, other.graph, NULL, 0, p->start));
  DO(launch(&other));
  DO(destroy(&other));
  return destroy(p);
}
