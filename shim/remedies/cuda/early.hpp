#pragma once
#include "real/driver.hpp"

namespace remedies::cuda {

/// The allocations that live while no UCX is there to be told. In place, so that nothing is
/// allocated; its pages are touched only by programs that need them. Not for several threads at
/// once.
class Early {
 public:
  static constexpr int most = 4096;

  /// @return whether there is room
  bool add(const real::driver::Memory& memory) {
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

}  // namespace remedies::cuda
