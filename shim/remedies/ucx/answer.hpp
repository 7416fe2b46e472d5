// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// How UCX is set up in time, first of three layers: what getenv answers, because libucs reads its
// settings in a constructor that runs before ours (src/ucs/sys/init.c:98@v1.20.0). The others:
// the real environment, where getenv is out of reach (bypass.hpp); before MPI_Init and ucp_init a
// repair of what is wrong all the same (repair.hpp).

namespace remedies::ucx {

/// getenv(name), for names that begin with "UC": what `caller` gets. Works before constructors have
/// run. Async-signal-safe, but for the names in all_advice: of those it looks for the object that
/// asks (base/elf.hpp), and reads files. Only a UCX that is being loaded asks for them.
/// @param value what the environment holds, nullptr: nothing
const char* answer(const char* name, const char* value, const void* caller);

/// sigaltstack(stack) called by `caller`: whether that is UCX, which would replace an alternate
/// stack that the program gave this thread. It does so where its handlers are wanted
/// (ucs_debug_set_signal_alt_stack, src/ucs/debug/debug.c:1132@v1.20.0). Async-signal-safe.
bool must_not_replace_stack(const void* caller);

}  // namespace remedies::ucx
