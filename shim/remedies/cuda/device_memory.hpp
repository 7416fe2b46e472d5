// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// UCX's memory type cache, kept on where the user asks for it and while it is right: sidestep too
// reports device memory to UCX, because UCX's own hooks miss some of it in every version
// (docs/cuda.md). All that is ever reported is "of unknown type": then UCX asks the driver, and
// remembers the answer. That is what its own hooks report, and it is safe for memory of every kind,
// freed memory too. Any thread may call any of it.
#include "abi/cuda_functions.hpp"
#include "remedies/remedy.hpp"
#include "stack/cuda_driver.hpp"
#include "stack/ucx.hpp"

namespace remedies::cuda {

using stack::cuda_driver::Memory;

/// The driver allocated this memory. Where UCX then takes it for host memory all the same, the
/// cache is switched off.
/// @param size in bytes; 0: as the driver says
void allocated(abi::DevicePointer address, size_t size);

/// The same of memory that is never freed by its address: a module's variable, a node's of a graph,
/// a graphics resource's.
/// @param owner the handle that it is freed with; `any_graph`: which one is not known
void allocated_by_owner(abi::OpaqueHandle owner, abi::DevicePointer address, size_t size);
inline constexpr abi::OpaqueHandle any_graph = 0;

/// This handle is about to be destroyed, and with it the memory that it owns.
void owner_destroyed(abi::OpaqueHandle owner);

/// The driver is about to free this memory: what UCX remembers of it is wrong from now on.
/// @return for `freed`, once the driver has freed it: UCX's own hooks have forgotten the memory
/// meanwhile, but a graph that is launched again brings it back at the same address, unreported
Memory freeing(abi::DevicePointer address, size_t size = 0);
void freed(const Memory& memory);

/// A library was opened so that it bypasses the preload: it may allocate unseen.
void opened_bypassing(const char* file);

/// A program was given this function of the driver's in a version that sidestep does not know.
void passes_unseen(const char* function);

/// Switches this UCX's cache on, after ucp_init, if UCX can be shown to take what is reported, and
/// if all that was allocated before is known. As base/loader.hpp.
/// @return applied, not needed (no CUDA driver), or why not; then the cache is off
Outcome keep(const stack::Ucx& ucx);

}  // namespace remedies::cuda
