// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace programs {

/// Whether this process may make a system call. Where a seccomp filter is installed, which may end
/// whoever makes the call, a forked child tries it first, with these arguments; else it is allowed.
/// false: the child was killed, or got EPERM or ENOSYS.
bool is_allowed(long number, const void* first = nullptr, long second = 0);

}  // namespace programs
