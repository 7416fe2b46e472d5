#pragma once

namespace real {

struct Julia {
  int major = 0, minor = 0;  ///< 0.0: none is loaded

  bool known() const { return major > 0; }
  bool before(int other_major, int other_minor) const {
    return major != other_major ? major < other_major : minor < other_minor;
  }
};

/// The Julia that is mapped in this process, as it tells itself. Takes the loader's lock.
Julia describe_julia();

}  // namespace real
