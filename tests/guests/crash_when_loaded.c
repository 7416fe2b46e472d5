// SPDX-License-Identifier: BSD-3-Clause
/* A library that kills whoever loads it. */
#include <signal.h>

__attribute__((constructor)) static void crash(void) { raise(SIGSEGV); }
