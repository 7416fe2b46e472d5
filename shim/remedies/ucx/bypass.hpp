// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "base/spin_lock.hpp"

namespace remedies::ucx {

/// Held by whoever changes the environment, this library or the program. Not in a signal handler,
/// as setenv; the child of a fork takes it from a thread that it has not got.
class EnvironmentGuard {
 public:
  EnvironmentGuard();

 private:
  const base::SpinGuard guard_;
};

/// Before `file` is opened by dlmopen, or with RTLD_DEEPBIND: a libucs in it would call libc's
/// getenv, past every preload. Puts what UCX is to read into the real environment, once, unless a
/// UCX is loaded already. Allocates, as dlopen does. Whoever reads the environment meanwhile finds
/// the old one, which stays, or the new one; who changes it waits for a moment (EnvironmentGuard).
/// @param file nullptr: the program
void before_bypassing_open(const char* file);

}  // namespace remedies::ucx
