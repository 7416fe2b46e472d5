// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace base {

/// What system_call does, of six arguments. No template: in one GCC 10.2 forgets which registers
/// variables are in (GCC bug 33661).
inline long system_call_of(long number, const long (&all)[6]) {
#if defined(__x86_64__)
  register long fourth __asm__("r10") = all[3];
  register long fifth __asm__("r8") = all[4];
  register long sixth __asm__("r9") = all[5];
  __asm__ volatile("syscall"
                   : "+a"(number)
                   : "D"(all[0]), "S"(all[1]), "d"(all[2]), "r"(fourth), "r"(fifth), "r"(sixth)
                   : "rcx", "r11", "memory");
  return number;
#elif defined(__aarch64__)
  register long which __asm__("x8") = number;
  register long first __asm__("x0") = all[0];
  register long second __asm__("x1") = all[1];
  register long third __asm__("x2") = all[2];
  register long fourth __asm__("x3") = all[3];
  register long fifth __asm__("x4") = all[4];
  register long sixth __asm__("x5") = all[5];
  __asm__ volatile("svc 0"
                   : "+r"(first)
                   : "r"(which), "r"(second), "r"(third), "r"(fourth), "r"(fifth), "r"(sixth)
                   : "memory");
  return first;
#else
#error "how this machine calls the kernel is to be written here"
#endif
}

/// A system call, without libc: binding one of libc's functions at its first call takes one to
/// three KiB of stack, for which a signal handler may have no room. No cancellation point; keeps
/// errno.
/// @return what the kernel returns: -errno where it fails
template <class... Arguments>
long system_call(long number, Arguments... arguments) {
  static_assert(sizeof...(arguments) <= 6);
  return system_call_of(number, {(long)arguments...});
}

}  // namespace base
