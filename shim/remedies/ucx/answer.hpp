#pragma once
// How UCX is told, in time, what it must leave alone. Three layers: what getenv answers, because
// libucs reads its settings in a constructor that runs before ours; the real environment, where a
// library is opened so that its getenv is out of reach; a repair before MPI_Init and ucp_init of
// what is wrong all the same.

namespace remedies::ucx {

/// getenv(name), for names that begin with "UC": what `caller` gets.
/// Runs before constructors (src/ucs/sys/init.c:98@v1.20.0). Async-signal-safe, but for the names
/// that UCX is told: of those it looks for the object that asks, under the lock of the loader's
/// list, which a child of a threaded program may find taken. Only a UCX that is being loaded asks
/// them.
/// @param value what the environment holds, nullptr: nothing
const char* answer(const char* name, const char* value, const void* caller);

/// Before `file` is opened by dlmopen, or with RTLD_DEEPBIND: libucs would then call libc's getenv,
/// past every preload. Puts what UCX is told into the real environment, once, unless a UCX is
/// mapped already.
void before_opening_out_of_reach(const char* file);

/// sigaltstack(stack) by `caller`: whether that is UCX, which would replace an alternate stack that
/// the program gave this thread. It does so where its handlers are wanted
/// (ucs_debug_set_signal_alt_stack, src/ucs/debug/debug.c:1132@v1.20.0).
bool must_not_replace_stack(const void* caller);

/// Before MPI_Init and ucp_init: repairs, once, reports every UCX remedy, and starts crash-trace.
/// Does nothing while no UCX is mapped.
/// @param caller an address in the object that calls
void prepare(const void* caller);

/// After ucp_init: UCX has opened the CUDA driver if it will, and its cache may be kept.
void started();

}  // namespace remedies::ucx
