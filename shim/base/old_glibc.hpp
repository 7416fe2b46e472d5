// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The library must load on glibc 2.17 wherever it is built. The dl* functions moved from libdl to
// libc in 2.34 and got a new version there; their oldest version is found in both. They are weak:
// before 2.34 a program without libdl has none, and needs none, because it can have no MPI either.
// A DT_NEEDED on libdl would cost every process a library. Ask `if (dlvsym)`, of no other: an
// address that is taken is looked up in every process, a function that is called only when it is.
// dlsym is not among them: it is interposed, and this library would find itself. Ask
// genuine::dlsym.
#include <dlfcn.h>

#if defined(__x86_64__)
#define SIDESTEP_OLDEST "GLIBC_2.2.5"
#elif defined(__aarch64__)
#define SIDESTEP_OLDEST "GLIBC_2.17"
#else
#error "the oldest glibc version of this machine's ABI is to be named here"
#endif
#define SIDESTEP_OLD(name) __asm__(".symver " #name "," #name "@" SIDESTEP_OLDEST)

extern "C" {
extern __attribute__((weak)) decltype(dlvsym) dlvsym;
extern __attribute__((weak)) decltype(dlopen) dlopen;
extern __attribute__((weak)) decltype(dlclose) dlclose;
}
SIDESTEP_OLD(dlvsym);
SIDESTEP_OLD(dlopen);
SIDESTEP_OLD(dlclose);

#undef SIDESTEP_OLD
