// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "abi/cuda_functions.hpp"
#include "stack/cuda_driver.hpp"

namespace remedies::cuda {

/// A list of device memory, each address once. In place, so that nothing is allocated; its pages
/// are touched only by programs that need them. Not for several threads at once.
class MemoryList {
 public:
  static constexpr int most = 4096;

  /// @return whether there is room
  bool add(const stack::cuda_driver::Memory& memory) {
    remove(memory.address);
    if (count_ == most) return false;
    all_[count_++] = memory;
    return true;
  }

  void remove(abi::DevicePointer address) {
    for (int i = count_ - 1; i >= 0;
         --i)  // what was allocated last is freed first, most of the time
      if (all_[i].address == address) all_[i] = all_[--count_];
  }

  const stack::cuda_driver::Memory* begin() const { return all_; }
  const stack::cuda_driver::Memory* end() const { return all_ + count_; }

 private:
  int count_ = 0;
  stack::cuda_driver::Memory all_[most] = {};
};

/// Device memory that is freed with its owner. The oldest entries make room for new ones: then UCX
/// may keep what it remembers of memory that is gone, as it does without sidestep. Not for several
/// threads at once.
class OwnedMemory {
 public:
  static constexpr int most = 1024;

  void add(abi::OpaqueHandle owner, const stack::cuda_driver::Memory& memory) {
    Owned* place = nullptr;
    for (auto& one : all_) {
      if (one.memory.address == memory.address) one = {};
      if (!place && !one.memory.address) place = &one;
    }
    if (!place) place = &all_[next_++ % most];
    *place = {owner, memory};
  }

  /// Calls `visit` with the memory of this owner.
  template <class Visit>
  void each_of(abi::OpaqueHandle owner, Visit visit) const {
    for (const auto& one : all_)
      if (one.memory.address && one.owner == owner) visit(one.memory);
  }

  void remove(abi::OpaqueHandle owner) {
    for (auto& one : all_)
      if (one.owner == owner) one = {};
  }

 private:
  struct Owned {
    abi::OpaqueHandle owner;
    stack::cuda_driver::Memory memory;
  };
  unsigned next_ = 0;
  Owned all_[most] = {};
};

}  // namespace remedies::cuda
