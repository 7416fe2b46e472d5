// SPDX-License-Identifier: BSD-3-Clause
// What CUDA's own header says of the structures that the shim reads without it.
#include <cuda.h>
#include <stddef.h>

const size_t cuda_node_size = offsetof(CUDA_MEM_ALLOC_NODE_PARAMS, bytesize);
const size_t cuda_node_address = offsetof(CUDA_MEM_ALLOC_NODE_PARAMS, dptr);
const size_t cuda_buffer_size = offsetof(CUDA_EXTERNAL_MEMORY_BUFFER_DESC, size);
const size_t cuda_ipc_handle = sizeof(CUipcMemHandle);
const size_t cuda_address = sizeof(CUdeviceptr);
#if CUDA_VERSION >= 12030
const size_t cuda_graph_node_size = offsetof(CUgraphNodeParams, alloc.bytesize);
const size_t cuda_graph_node_address = offsetof(CUgraphNodeParams, alloc.dptr);
const int cuda_allocation_node = CU_GRAPH_NODE_TYPE_MEM_ALLOC;
#endif
