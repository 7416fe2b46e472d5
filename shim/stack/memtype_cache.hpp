// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// UCX's memory type cache: which addresses are device memory. What it does not hold is taken for
// host memory (ucp_memory_detect_internal, src/ucp/core/ucp_context.h:695@v1.20.0).
#include "stack/ucx.hpp"

namespace stack {

class MemtypeCache {
 public:
  enum class Kind {
    off,      ///< nothing is remembered: UCX asks the driver, each time
    host,     ///< not held
    unknown,  ///< UCX asks the driver, and remembers what it says
    device,
  };

  /// Looks for UCX's own functions.
  /// @return whether this UCX's cache can be asked, and be reported to: 1.13 to 1.22 can
  bool find(const Ucx& ucx);

  /// Switches it on or off, at once and for all threads: each look-up asks
  /// (ucs_memtype_cache_get_global, src/ucs/memory/memtype_cache.c@v1.13.0 to v1.22.0).
  /// @return whether UCX took it
  bool switch_to(bool on) const;

  /// What UCX would take this memory for. The first time it is on, UCX makes the cache: it reads
  /// /proc/self/maps, and patches the driver.
  Kind kind_of(const void* address, size_t size) const;

  /// Marks this memory as of unknown type: UCX asks the driver. Always safe, for memory of any
  /// kind, and what UCX's own hooks report of an allocation.
  void mark_unknown(const void* address, size_t size) const { report(allocated, address, size); }
  /// Marks this memory as no device memory.
  void mark_released(const void* address, size_t size) const { report(released, address, size); }

 private:
  // ucm_event_type_t (src/ucm/api/ucm.h@v1.10.0 to v1.22.0)
  static constexpr int allocated = 1 << 20, released = 1 << 21;
  void report(int event, const void* address, size_t size) const;

  int unknown_ = -1;  ///< of ucs_memory_type_t, which grows
  int (*set_option_)(const char*, const char*) = nullptr;
  signed char (*look_up_)(const void*, size_t, void*) = nullptr;  // ucs_status_t is packed
  void (*enter_)() = nullptr;
  void (*leave_)() = nullptr;
  void (*dispatch_)(int, void*) = nullptr;
};

}  // namespace stack
