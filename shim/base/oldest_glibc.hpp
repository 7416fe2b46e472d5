// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What is linked against this machine's glibc is to load on 2.17: the version that a symbol has had
// from the start. `__asm__(".symver NAME,NAME@" SIDESTEP_OLDEST)` asks for it.
//
// Never weakly. Before 2.30 the loader ends the program where the library that is to define a weak
// symbol of a version does not (dl-lookup.c@glibc-2.29, do_lookup_x: "this is a bug"): in 2.23
// "relocation error: symbol dlvsym, version GLIBC_2.2.5 not defined in file libc.so.6".
#if defined(__x86_64__)
#define SIDESTEP_OLDEST "GLIBC_2.2.5"
#elif defined(__aarch64__)
#define SIDESTEP_OLDEST "GLIBC_2.17"
#else
#error "the oldest glibc version of this machine's ABI is to be named here"
#endif
