// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace remedies::ucx {

/// Before `file` is opened by dlmopen, or with RTLD_DEEPBIND: a libucs in it would call libc's
/// getenv, past every preload. Puts what UCX is to read into the real environment, once, unless a
/// UCX is loaded already. Allocates, as dlopen does.
/// @param file nullptr: the program
void before_bypassing_open(const char* file);

}  // namespace remedies::ucx
