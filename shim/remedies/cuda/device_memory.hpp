#pragma once
// UCX's memory type cache, kept on where the user asks for it and while it is right: UCX is told of
// device memory by us too, because its own hooks miss some of it in every version (docs/cuda.md).
// All that it is ever told is that it does not know: then it asks the driver, and remembers. That
// is what its own hooks say, and it is safe for memory of every kind, freed memory too.
#include "stack/cuda_driver.hpp"
#include "stack/ucx.hpp"
#include "remedies/remedy.hpp"

namespace remedies::cuda {

using real::driver::Memory;

/// Whether allocations need to be seen in this process: the user asked for the cache, and it has
/// not been given up.
bool watches();

/// The driver gave this memory. Where UCX then takes it for host memory all the same, the cache is
/// switched off.
/// @param size in bytes; 0: as the driver says
void allocated(Address address, size_t size);

/// The same of memory that is never freed by its address: a module's variable, a node's of a graph,
/// a graphics resource's.
/// @param lender the handle that it ends with; `any_graph`: which one is not known
void lent(Word lender, Address address, size_t size);
inline constexpr Word any_graph = 0;

/// This handle is about to end, and with it what it lent.
void ends(Word lender);

/// The driver is about to take this memory back: what UCX remembers of it is wrong from now on.
/// @return what `released` is told when the driver has it: UCX's own hooks forgot it meanwhile, but
/// a graph that is launched again brings it back at the same address, and nobody says so
Memory releasing(Address address, size_t size = 0);
void released(const Memory& memory);

/// A library was opened that our hooks do not reach: it may bring somebody who allocates.
void opened_out_of_reach(const char* file);

/// Switches this UCX's cache on, after ucp_init, if it can be shown that UCX takes what it is told,
/// and if all that was allocated before is known.
/// @return applied, not needed (no CUDA driver), or why not; then the cache is off
Outcome keep(const real::Ucx& ucx);

}  // namespace remedies::cuda
