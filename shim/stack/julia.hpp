// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace stack {

struct Julia {
  int major = 0, minor = 0;  ///< 0.0: none is loaded

  bool known() const { return major > 0; }
  bool before(int other_major, int other_minor) const {
    return major != other_major ? major < other_major : minor < other_minor;
  }
};

/// Whether there is one, 1 or 0. As base::is_defined.
int is_julia_loaded(bool alone);

/// The Julia that is loaded in this process, by its own version functions. Takes the loader's lock.
Julia describe_julia();

}  // namespace stack
