// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What the user has set for UCX, in the environment or in a ucx.conf. It always wins.
#include "remedies/ucx/ucx_conf.hpp"

namespace remedies::ucx {

/// NAME=VALUE;NAME=VALUE: what stands in the environment because of sidestep (bypass.hpp). Children
/// inherit both, and take a value that is listed here for sidestep's and any other for the user's.
inline constexpr char marker[] = "SIDESTEP_UCX_SET";

/// Whether sidestep put this value into the environment, here or in a process that this one
/// descends from. Async-signal-safe.
bool set_by_us(const char* variable, const char* value);

/// Reads what is asked for anew each time: it is asked for a handful of times, when UCX starts, and
/// so needs no memory and no lock. Async-signal-safe.
class User {
 public:
  /// @param library the file of libucs, or of what will load it; nullptr: unknown. A ucx.conf is
  /// looked for beside it too
  /// @param reads_files whether this UCX reads ucx.conf: it does from 1.11 on
  explicit User(const char* library, bool reads_files = true)
      : library_(library), reads_files_(reads_files) {}

  /// What the user set `variable` to, as UCX would read it: the environment before the files, the
  /// last file before the others. What sidestep put into the environment is not the user's.
  Setting of(const char* variable) const;

  const char* library() const { return library_; }

 private:
  const char* library_;
  bool reads_files_;
};

}  // namespace remedies::ucx
