// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <cstddef>

/// System calls on files, past libc. In an MPI program libc's own functions are often replaced by
/// another library's (UCX patches mmap and munmap, Darshan wraps open, read and write), which take
/// locks and allocate, and a thread may be cancelled in them. Async-signal-safe; -1 on failure.
namespace base::file_calls {

inline int open(const char* path, int flags, unsigned mode = 0) {
  return static_cast<int>(syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}
inline ssize_t read(int fd, void* into, std::size_t size) {
  return syscall(SYS_read, fd, into, size);
}
inline ssize_t write(int fd, const void* from, std::size_t size) {
  return syscall(SYS_write, fd, from, size);
}
inline off_t size_of(int fd) { return syscall(SYS_lseek, fd, 0L, SEEK_END); }
inline int close(int fd) { return static_cast<int>(syscall(SYS_close, fd)); }
/// Null on failure.
inline const char* map(int fd, std::size_t size) {
  const long at = syscall(SYS_mmap, 0L, size, PROT_READ, MAP_PRIVATE, fd, 0L);
  return at == -1 ? nullptr : reinterpret_cast<const char*>(at);
}
inline void unmap(const char* at, std::size_t size) { syscall(SYS_munmap, at, size); }

}  // namespace base::file_calls
