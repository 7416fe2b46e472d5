// What the shim knows of CUDA, without a driver.
#include <stddef.h>

#include <vector>

#include "catch.hpp"
#include "real/asked.hpp"
#include "remedies/cuda/early.hpp"

using real::Name;
using real::named_by_driver;

TEST_CASE("cuGetProcAddress's symbols are known by version and stream", "[cuda]") {
  constexpr unsigned long legacy = 1, per_thread = 2;
  CHECK(named_by_driver("cuMemAlloc", 2000, 0) == Name::none);  // 32-bit addresses
  CHECK(named_by_driver("cuMemAlloc", 3020, 0) == Name::cuMemAlloc_v2);
  CHECK(named_by_driver("cuMemAlloc", 13000, per_thread) == Name::cuMemAlloc_v2);
  CHECK(named_by_driver("cuMemAllocAsync", 11010, 0) == Name::none);
  CHECK(named_by_driver("cuMemAllocAsync", 11020, 0) == Name::cuMemAllocAsync);
  CHECK(named_by_driver("cuMemAllocAsync", 12000, legacy) == Name::cuMemAllocAsync);
  CHECK(named_by_driver("cuMemAllocAsync", 12000, per_thread) == Name::cuMemAllocAsync_ptsz);
  CHECK(named_by_driver("cuIpcOpenMemHandle", 10020, 0) == Name::cuIpcOpenMemHandle);
  CHECK(named_by_driver("cuIpcOpenMemHandle", 11000, 0) == Name::cuIpcOpenMemHandle_v2);
  CHECK(named_by_driver("cuGetProcAddress", 11080, 0) == Name::cuGetProcAddress);
  CHECK(named_by_driver("cuGetProcAddress", 12000, 0) == Name::cuGetProcAddress_v2);
  CHECK(named_by_driver("cuGraphAddNode", 12020, 0) == Name::cuGraphAddNode);
  CHECK(named_by_driver("cuMemcpy", 13000, 0) == Name::none);
  CHECK(named_by_driver("", 13000, 0) == Name::none);
}

TEST_CASE("allocations from before UCX are remembered while they live", "[cuda]") {
  using remedies::cuda::Early;
  static Early early;
  const auto addresses = [] {
    std::vector<Address> all;
    for (const auto& memory : early) all.push_back(memory.address);
    return all;
  };
  for (Address address : {16, 32, 48}) CHECK(early.add({address, 16}));
  early.remove(16);
  early.remove(64);  // from before we looked
  CHECK(addresses() == std::vector<Address>{48, 32});
  for (Address i = 2; i < Early::most; ++i) CHECK(early.add({16 * i, 16}));
  CHECK_FALSE(early.add({8, 8}));
  CHECK(addresses().size() == Early::most);
  early.remove(48);
  CHECK(early.add({8, 8}));
}

#ifdef WITH_CUDA_HEADER
extern "C" const size_t cuda_node_size, cuda_node_address, cuda_buffer_size, cuda_ipc_handle,
    cuda_address, cuda_graph_node_size, cuda_graph_node_address;
extern "C" const int cuda_allocation_node;

TEST_CASE("CUDA's structures are as its own header has them", "[cuda]") {
  CHECK(offsetof(AllocationNode, size) == cuda_node_size);
  CHECK(offsetof(AllocationNode, address) == cuda_node_address);
  CHECK(offsetof(BufferDescription, size) == cuda_buffer_size);
  CHECK(sizeof(IpcHandle) == cuda_ipc_handle);
  CHECK(sizeof(Address) == cuda_address);
  CHECK(offsetof(NodeParameters, node.size) == cuda_graph_node_size);
  CHECK(offsetof(NodeParameters, node.address) == cuda_graph_node_address);
  CHECK(NodeParameters::allocation == cuda_allocation_node);
}
#endif
