// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace programs {

/// Opens what gives nothing, or takes everything: /dev/null; where there is none (a chroot, an own
/// /dev) for reading a pipe that nobody writes to, for writing /dev/zero or a file in memory.
/// May be called in a forked child of a program with one thread.
/// @param flags O_RDONLY or O_WRONLY
/// @return the lowest free descriptor, inherited at execve; -1 with errno
int open_null(int flags);

/// Lets a standard descriptor be that. Where it cannot be had, nothing changes.
void null_on(int fd, int flags);

}  // namespace programs
