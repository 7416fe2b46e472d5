#pragma once
#include "stack/cuda_driver.hpp"

namespace remedies::cuda {

/// A list of device memory, each address once. In place, so that nothing is allocated; its pages
/// are touched only by programs that need them. Not for several threads at once.
class MemoryList {
 public:
  static constexpr int most = 4096;

  /// @return whether there is room
  bool add(const real::driver::Memory& memory) {
    remove(memory.address);
    if (count_ == most) return false;
    all_[count_++] = memory;
    return true;
  }

  void remove(Address address) {
    for (int i = count_ - 1; i >= 0; --i)  // what came last goes first, most of the time
      if (all_[i].address == address) all_[i] = all_[--count_];
  }

  const real::driver::Memory* begin() const { return all_; }
  const real::driver::Memory* end() const { return all_ + count_; }

 private:
  int count_ = 0;
  real::driver::Memory all_[most] = {};
};

/// What was lent, and by whom. The oldest make room: then UCX may keep what it remembers of memory
/// that is gone, as it does without us. Not for several threads at once.
class LentList {
 public:
  static constexpr int most = 1024;

  void add(Word lender, const real::driver::Memory& memory) {
    Lent* place = nullptr;
    for (auto& one : all_) {
      if (one.memory.address == memory.address) one = {};
      if (!place && !one.memory.address) place = &one;
    }
    if (!place) place = &all_[next_++ % most];
    *place = {lender, memory};
  }

  /// Calls `visit` with what this lender lent.
  template <class Visit>
  void each_of(Word lender, Visit visit) const {
    for (const auto& one : all_)
      if (one.memory.address && one.lender == lender) visit(one.memory);
  }

  void remove(Word lender) {
    for (auto& one : all_)
      if (one.lender == lender) one = {};
  }

 private:
  struct Lent {
    Word lender;
    real::driver::Memory memory;
  };
  unsigned next_ = 0;
  Lent all_[most] = {};
};

}  // namespace remedies::cuda
