// SPDX-License-Identifier: BSD-3-Clause
// A tool that is preloaded behind others, and makes no folder.
#include <stdio.h>
#include <sys/stat.h>

int mkdir(const char* path, mode_t mode) { return printf("asked for %s, %o\n", path, mode), 0; }
