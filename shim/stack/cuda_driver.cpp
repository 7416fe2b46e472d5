// SPDX-License-Identifier: BSD-3-Clause
#include "stack/cuda_driver.hpp"

#include <dlfcn.h>

#include <atomic>

#include "base/loader.hpp"

namespace stack::cuda_driver {
namespace {

constinit std::atomic<void*> handle = nullptr;

void* driver() {
  void* known = handle.load(std::memory_order_acquire);
  if (known) return known;
  known = base::open_library("libcuda.so.1",
                             RTLD_NOLOAD | RTLD_LAZY);  // the reference is kept: it stays
  if (known) handle.store(known, std::memory_order_release);
  return known;
}

}  // namespace

bool is_loaded() { return driver() != nullptr; }

void* function(const char* name) {
  return driver() ? base::genuine_dlsym(driver(), name) : nullptr;
}

Memory memory_at(abi::DevicePointer address) {
  Memory memory{address, 0};
  if (!address || !driver()) return memory;
  using Range = int (*)(abi::DevicePointer * base, size_t * size, abi::DevicePointer);
  using Attribute = int (*)(void* value, int attribute, abi::DevicePointer);
  constexpr int range_size = 12;  // CU_POINTER_ATTRIBUTE_RANGE_SIZE
  static constinit std::atomic<Range> range = nullptr;
  static constinit std::atomic<Attribute> attribute = nullptr;
  if (!range) range = reinterpret_cast<Range>(function("cuMemGetAddressRange_v2"));
  if (!attribute) attribute = reinterpret_cast<Attribute>(function("cuPointerGetAttribute"));
  abi::DevicePointer base = 0;
  if (range && !range.load()(&base, &memory.size, address)) return memory;
  // Managed memory has no such range (uct_cuda_copy_md_query_attributes, cuda_copy_md.c@v1.20.0).
  memory.size = 0;
  if (attribute) attribute.load()(&memory.size, range_size, address);
  return memory;
}

}  // namespace stack::cuda_driver
