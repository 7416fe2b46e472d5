// SPDX-License-Identifier: BSD-3-Clause
/* A library that kills each program that loads it. */
#include <signal.h>

__attribute__((constructor)) static void crash(void) { raise(SIGSEGV); }
