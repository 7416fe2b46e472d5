// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What a child that libmpi forked tells its parent: that it is the launcher, and on which port the
// parent waits for it. Where the MPI is linked into the program, the program's own children and
// ports are told from libmpi's by this alone. In a page of memory that is mapped before the fork.
#include <sys/types.h>

namespace remedies::spawn {

struct Announcement {
  pid_t process = 0;
  int port = 0;       ///< 0: nothing is announced
  bool told = false;  ///< the user was told why it ends
};

/// Before a fork: maps the page, once. Allocates only in the kernel; keeps errno.
void prepare_announcement();

/// Announces it, in place of what was announced before. Does nothing where there is no page.
/// Async-signal-safe; any thread, and the child.
void announce(Announcement news);

/// What was announced last. Async-signal-safe; any thread.
Announcement announced();

}  // namespace remedies::spawn
