// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Which UCX is loaded, and what it lets others do to it.
#include <stddef.h>

namespace stack {

struct Ucx {
  int major = 0, minor = 0, patch = 0;  ///< 0.0.0: libucs alone, which does not say
  char path[4096] = {};                 ///< libucs, as the loader names it
  const void* base = nullptr;           ///< where it is mapped
  /// Puts back what the signal did before UCX; UCX warns where it does not hold it. 1.7 to 1.22.
  void (*disable_signal)(int) = nullptr;
  /// Whether UCX handles the signal; nullptr before 1.13.
  int (*is_error_signal)(int) = nullptr;
  /// Sets an option by its name without "UCX_"; nullptr in the oldest.
  int (*set_option)(const char*, const char*) = nullptr;

  bool known() const { return major > 0; }
  /// ucx.conf: from 1.11 on.
  bool reads_files() const { return !known() || !before(1, 11); }
  bool before(int other_major, int other_minor) const {
    return major != other_major ? major < other_major : minor < other_minor;
  }
  /// Whether this address is in libucs.
  bool holds(const void* address) const;
};

/// Each UCX that is loaded in this namespace: a wheel's beside the system's, opened with RTLD_LOCAL
/// too. Takes locks and may allocate: for MPI_Init, not for getenv.
/// @return how many were written, at most `most`
int describe_ucx(Ucx* into, int most);

}  // namespace stack
