// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Included before everything of the preloaded library: libc's functions in their oldest version,
// where that does as well. Each version that is needed is looked up, and compared by name, at the
// start of every process.
#if defined(__x86_64__)
__asm__(".symver memcpy,memcpy@GLIBC_2.2.5");
__asm__(".symver realpath,realpath@GLIBC_2.2.5");  // the newer one allocates for nullptr
#endif
