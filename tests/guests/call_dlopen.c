// SPDX-License-Identifier: BSD-3-Clause
// call_spawn, with every call through dlsym.
#include "call_dlopen.h"

#include "call_spawn.c"
