// SPDX-License-Identifier: BSD-3-Clause
// What the shim knows of CUDA, without a driver.
#include <stddef.h>

#include <vector>

#include "genuine/resolve_dlsym.hpp"
#include "remedies/cuda/memory_list.hpp"
#include "support/catch.hpp"

using genuine::Name;
using genuine::named_by_driver;

TEST_CASE("cuGetProcAddress's symbols are known by version and stream", "[cuda]") {
  constexpr unsigned long legacy = 1, per_thread = 2;
  CHECK(named_by_driver("cuMemAlloc", 2000, 0) == Name::none);  // 32-bit addresses
  CHECK(named_by_driver("cuMemAlloc", 3020, 0) == Name::cuMemAlloc_v2);
  CHECK(named_by_driver("cuMemAlloc", 13000, per_thread) == Name::cuMemAlloc_v2);
  CHECK(named_by_driver("cuMemAlloc", 14000, 0) == Name::none);  // may be a _v3
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

TEST_CASE("a list of memory has each address once, and says when it is full", "[cuda]") {
  using remedies::cuda::MemoryList;
  static MemoryList list;
  const auto addresses = [] {
    std::vector<abi::DevicePointer> all;
    for (const auto& memory : list) all.push_back(memory.address);
    return all;
  };
  for (abi::DevicePointer address : {16, 32, 48, 48}) CHECK(list.add({address, 16}));
  list.remove(16);
  list.remove(64);  // from before we looked
  CHECK(addresses() == std::vector<abi::DevicePointer>{48, 32});
  bool added = true;
  for (abi::DevicePointer i = 0; i < MemoryList::most - 2; ++i)
    added = added && list.add({1024 + i, 1});
  CHECK(added);
  CHECK_FALSE(list.add({8, 8}));
  list.remove(48);
  CHECK(list.add({8, 8}));
  CHECK(addresses().size() == MemoryList::most);
}

TEST_CASE("memory is listed by its owner; of an address, by the last owner", "[cuda]") {
  using remedies::cuda::OwnedMemory;
  static OwnedMemory list;
  const auto sizes_of = [](abi::OpaqueHandle owner) {
    std::vector<size_t> all;
    list.each_of(owner, [&](const auto& memory) { all.push_back(memory.size); });
    return all;
  };
  list.add(7, {16, 1});
  list.add(8, {32, 2});
  list.add(7, {48, 3});
  CHECK(sizes_of(7) == std::vector<size_t>{1, 3});
  list.add(8, {16, 4});  // the address has gone to another
  CHECK(sizes_of(7) == std::vector<size_t>{3});
  CHECK(sizes_of(8) == std::vector<size_t>{4, 2});
  list.remove(7);
  CHECK(sizes_of(7).empty());
  for (abi::DevicePointer i = 0; i < OwnedMemory::most; ++i) list.add(9, {1024 + i, 5});
  CHECK(sizes_of(8).empty());
  CHECK(sizes_of(9).size() == OwnedMemory::most);
}

#ifdef WITH_CUDA_HEADER
extern "C" const size_t cuda_node_size, cuda_node_address, cuda_buffer_size, cuda_ipc_handle,
    cuda_address, cuda_graph_node_size, cuda_graph_node_address;
extern "C" const int cuda_allocation_node;

TEST_CASE("CUDA's structures are as its own header has them", "[cuda]") {
  CHECK(offsetof(abi::AllocationNode, size) == cuda_node_size);
  CHECK(offsetof(abi::AllocationNode, address) == cuda_node_address);
  CHECK(offsetof(abi::BufferDescription, size) == cuda_buffer_size);
  CHECK(sizeof(abi::IpcHandle) == cuda_ipc_handle);
  CHECK(sizeof(abi::DevicePointer) == cuda_address);
  CHECK(offsetof(abi::NodeParameters, node.size) == cuda_graph_node_size);
  CHECK(offsetof(abi::NodeParameters, node.address) == cuda_graph_node_address);
  CHECK(abi::NodeParameters::allocation == cuda_allocation_node);
}
#endif
