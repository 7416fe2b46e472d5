// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// When a UCX starts: what the remedies of UCX, CUDA and crashes do then, and what each comes to.

namespace remedies::all {

/// Before MPI_Init and ucp_init: repairs each UCX once, reports the outcome of every remedy of UCX,
/// and starts crash-trace. Does nothing while no UCX is loaded. Any thread; as base/loader.hpp.
/// @param caller an address in the object that calls
void before_ucx_starts(const void* caller);

/// After ucp_init: UCX has opened the CUDA driver if it will, and its cache may be kept. Any
/// thread; as base/loader.hpp.
void after_ucx_started();

}  // namespace remedies::all
