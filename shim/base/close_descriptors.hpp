// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <dirent.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace base {

/// Closes the file descriptors from `first` to `last`, those of them that are open. Uses system
/// calls alone: async-signal-safe, no allocation.
inline void close_descriptors(unsigned first, unsigned last = ~0U) {
  if (first > last) return;
#ifdef SYS_close_range
  // A filter of system calls may end whoever makes one that it does not know.
  const bool is_filtered = syscall(SYS_prctl, PR_GET_SECCOMP) == 2;  // SECCOMP_MODE_FILTER
  if (!is_filtered && !syscall(SYS_close_range, first, last, 0U)) return;
#endif
  // Before Linux 5.9. The limit may be a thousand million, so the kernel is asked what is open.
  close(static_cast<int>(first));  // room for the listing, where no number is free
  const long listing =
      syscall(SYS_openat, AT_FDCWD, "/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  // Without /proc: the numbers that few programs go beyond, within a millisecond.
  for (unsigned fd = first; listing < 0 && fd <= last && fd < 4096; ++fd)
    close(static_cast<int>(fd));
  alignas(dirent64) char entries[1024];
  // The kernel goes on behind the last number it listed: none is missed when some are closed.
  for (long size; (size = syscall(SYS_getdents64, listing, entries, sizeof entries)) > 0;)
    for (const char* at = entries; at < entries + size;) {
      const auto* entry = reinterpret_cast<const dirent64*>(at);
      at += entry->d_reclen;
      unsigned fd = 0;
      const char* digit = entry->d_name;
      for (; *digit >= '0' && *digit <= '9'; ++digit)
        fd = fd * 10 + static_cast<unsigned>(*digit - '0');
      const bool is_number = !*digit;  // not "." and ".."
      if (is_number && fd >= first && fd <= last && fd != listing) close(static_cast<int>(fd));
    }
  if (listing >= 0) close(static_cast<int>(listing));
}

}  // namespace base
