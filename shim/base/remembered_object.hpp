// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <atomic>

#include "base/elf.hpp"

namespace base {

/// Where a library lies, once that is known: later nobody looks for it under the loader's lock. Any
/// thread may call any of it; async-signal-safe.
class RememberedObject {
 public:
  constexpr RememberedObject() = default;

  /// From now on it is this one. Of a process that has more than a few, the first ones count.
  void set(const LoadedObject& object) {
    const Place* now = last_.load(std::memory_order_acquire);
    if (now && now->begin == object.base && now->end == object.end) return;
    const int at = used_.fetch_add(1, std::memory_order_relaxed);
    if (at >= most) return;
    places_[at] = {object.base, object.end};
    last_.store(&places_[at], std::memory_order_release);
  }

  /// Whether this address lies in it; false where none is known.
  bool holds(const void* address) const {
    const Place* now = last_.load(std::memory_order_acquire);
    return now && address >= now->begin && address < now->end;
  }

 private:
  struct Place {
    const void *begin, *end;
  };
  static constexpr int most = 4;
  // Never changed once `last_` leads to it: who reads it needs no lock.
  Place places_[most] = {};
  std::atomic<int> used_ = 0;
  std::atomic<const Place*> last_ = nullptr;
};

}  // namespace base
