// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <sys/mman.h>
#include <sys/syscall.h>

#include <new>
#include <type_traits>

#include "base/system_call.hpp"

namespace base {

#ifdef __has_feature
#if __has_feature(thread_sanitizer)
#define SIDESTEP_WATCHED
#endif
#endif

/// Pages of zeros from the kernel, and back to it. ThreadSanitizer follows libc's functions alone,
/// and would take a page that comes back for the one that was given back.
inline long map_pages(unsigned long size) {
#ifdef SIDESTEP_WATCHED
  return reinterpret_cast<long>(
      mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
#else
  return system_call(SYS_mmap, nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                     -1, 0L);
#endif
}
inline void unmap_pages(void* at, unsigned long size) {
#ifdef SIDESTEP_WATCHED
  munmap(at, size);
#else
  system_call(SYS_munmap, at, size);
#endif
}

/// Memory for a T of its own, from the kernel; never given back.
/// @return nullptr where there is none
template <class T>
T* map_new() {
  const long at = map_pages(sizeof(T));
  if (at < 0 && at > -4096) return nullptr;
  if constexpr (std::is_trivially_default_constructible_v<T>)
    return reinterpret_cast<T*>(at);
  else
    return new (reinterpret_cast<void*>(at)) T;
}

/// A large variable, in pages of its own as long as this lives: not on the stack, of which a thread
/// or a signal handler of the program's may have little; not in static memory, where each thread
/// would need its own. Async-signal-safe; keeps errno.
template <class T>
class Mapped {
 public:
  Mapped() : at_(map_new<T>()) {}
  ~Mapped() {
    if (at_) unmap_pages(at_, sizeof(T));
  }
  Mapped(const Mapped&) = delete;
  Mapped& operator=(const Mapped&) = delete;
  /// Whether there is one: the kernel may have no memory.
  explicit operator bool() const { return at_; }
  T& operator*() const { return *at_; }
  T* operator->() const { return at_; }

 private:
  T* const at_;
};

}  // namespace base
