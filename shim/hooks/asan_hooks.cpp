// SPDX-License-Identifier: BSD-3-Clause
// What AddressSanitizer's runtime asks before it starts, in a program that brings no answer itself.
#include "abi/asan_functions.hpp"
#include "base/elf.hpp"
#include "hooks/export.hpp"

// A shared runtime (GCC's; clang's with -shared-libasan) ends the program where a preloaded library
// stands before it (AsanCheckDynamicRTPrereqs, lib/asan/asan_linux.cpp@llvmorg-14.0.6). This
// library may: what it interposes goes on to the runtime's own functions. The check is switched off
// where this library is all that it would find, and stays for all else.
//
// Calls no function of libc that the runtime stands in front of, for it is not ready: no strstr.
namespace {

bool has(const char* text, const char* part) {
  for (; *text; ++text) {
    const char *at = text, *of = part;
    while (*of && *at == *of) ++at, ++of;
    if (!*of) return true;
  }
  return false;
}

}  // namespace

SIDESTEP_EXPORT const char* __asan_default_options() {
  const char* behind = base::first_object_but_ours();
  const bool is_runtime = behind && (has(behind, "libasan.so") || has(behind, "libclang_rt.asan"));
  return is_runtime ? "verify_asan_link_order=0" : "";
}
