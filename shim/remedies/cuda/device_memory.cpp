// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/cuda/device_memory.hpp"

#include "base/log.hpp"
#include "base/spin_lock.hpp"
#include "process/settings.hpp"
#include "remedies/cuda/cuda_allocations.hpp"
#include "remedies/cuda/memory_list.hpp"
#include "remedies/ucx/decide.hpp"
#include "stack/memtype_cache.hpp"

namespace remedies::cuda {
namespace {

constinit base::SpinLock lock;
constinit MemoryList early;           // under `lock`: what lives while no UCX is there to report to
constinit OwnedMemory owned;          // under `lock`
constinit base::Text<256> obstacle;   // under `lock`: why the cache may not be on
constinit stack::MemtypeCache cache;  // written before the state is `kept`

const void* pointer(abi::DevicePointer address) { return reinterpret_cast<const void*>(address); }

void mark_unknown(const Memory& memory) {
  cache.mark_unknown(pointer(memory.address), memory.size ? memory.size : 1);
}

/// Gives the cache up: one that is on is switched off, one that comes later stays off.
void give_up(const base::Text<256>& why) {
  {
    const base::SpinGuard guard(lock);
    if (obstacle.empty()) obstacle = why;
    if (!change_cache_state(CacheState::kept, CacheState::over)) return;
  }
  cache.switch_to(false);
  const Outcome outcome{Result::cannot_help, why};
  base::log(line_of(cuda_allocations, outcome));
  if (const char* file = process::settings().report; *file)
    process::write_report(file, entry_of(cuda_allocations, outcome, ""));
}

bool remember(const Memory& memory) {
  const base::SpinGuard guard(lock);
  return cache_state() == CacheState::waiting && early.add(memory);
}

/// Whether something that is no device memory can be marked, asked for, and released again.
bool takes_reports() {
  static constinit char probe[64] = {};
  using Kind = stack::MemtypeCache::Kind;
  if (cache.kind_of(probe, sizeof probe) != Kind::host) return false;
  cache.mark_unknown(probe, sizeof probe);
  if (cache.kind_of(probe, sizeof probe) != Kind::unknown) return false;
  cache.mark_released(probe, sizeof probe);
  return cache.kind_of(probe, sizeof probe) == Kind::host;
}

/// Why the cache may not be on, or nothing. The caller holds the lock.
base::Text<256> try_to_keep(const stack::Ucx& ucx) {
  const auto name = ucx::name_of(ucx);
  base::Text<256> why;
  if (cache_state() == CacheState::kept)
    why << "another UCX in this process keeps its cache";
  else if (!obstacle.empty())
    why = obstacle;
  else if (!cache.find(ucx))
    why << name.c_str() << "'s cache can neither be read nor set";
  else if (!cache.switch_to(true))
    why << name.c_str() << "'s cache cannot be switched on";
  else if (!takes_reports())
    why << name.c_str() << "'s cache takes no reports";
  if (!why.empty()) return why;
  for (const Memory& memory : early) mark_unknown(memory);
  return why;
}

}  // namespace

void allocated(abi::DevicePointer address, size_t size) {
  if (!watches() || !address) return;
  const Memory memory = size ? Memory{address, size} : stack::cuda_driver::memory_at(address);
  if (!memory.size)
    return give_up(base::Text<256>() << "the driver does not tell how large memory is");
  if (cache_state() == CacheState::waiting && remember(memory)) return;
  if (cache_state() == CacheState::waiting)
    return give_up(base::Text<256>() << "more than " << static_cast<long>(MemoryList::most)
                                     << " allocations live before UCX is started");
  if (cache_state() != CacheState::kept) return;
  mark_unknown(memory);
  if (cache.kind_of(pointer(address), memory.size) == stack::MemtypeCache::Kind::host)
    give_up(
        base::Text<256>() << "UCX takes device memory for host memory although it was reported");
}

void allocated_by_owner(abi::OpaqueHandle owner, abi::DevicePointer address, size_t size) {
  if (!watches() || !address) return;
  allocated(address, size);
  const base::SpinGuard guard(lock);
  owned.add(owner, {address, size});
}

void owner_destroyed(abi::OpaqueHandle owner) {
  if (cache_state() != CacheState::kept) return;
  const auto held = [](abi::DevicePointer at) {
    return cache.kind_of(pointer(at), 1) == stack::MemtypeCache::Kind::device;
  };
  const base::SpinGuard guard(lock);
  owned.each_of(owner, [&](const Memory& memory) {
    // Of graphs' memory, most is another's: to ask costs a tenth of a report.
    if (owner != any_graph || held(memory.address) || held(memory.address + memory.size - 1))
      mark_unknown(memory);
  });
  if (owner != any_graph) owned.remove(owner);
}

Memory freeing(abi::DevicePointer address, size_t size) {
  if (!watches() || !address) return {};
  if (cache_state() == CacheState::waiting) {
    const base::SpinGuard guard(lock);
    if (cache_state() == CacheState::waiting) early.remove(address);
  }
  if (cache_state() != CacheState::kept) return {};
  const Memory memory = size ? Memory{address, size} : stack::cuda_driver::memory_at(address);
  mark_unknown(memory);
  return memory;
}

void freed(const Memory& memory) {
  if (memory.address && cache_state() == CacheState::kept) mark_unknown(memory);
}

void opened_bypassing(const char* file) {
  if (watches())
    give_up(base::Text<256>() << (file ? file : "the program") << " was opened past every hook");
}

void passes_unseen(const char* function) {
  if (watches())
    give_up(base::Text<256>() << function << " is asked for in a version of CUDA newer than "
                              << "sidestep");
}

Outcome keep(const stack::Ucx& ucx) {
  if (!stack::cuda_driver::is_loaded())
    return {Result::not_needed, base::Text<256>() << "UCX has opened no CUDA driver"};
  const base::SpinGuard guard(lock);
  const auto why = try_to_keep(ucx);
  if (!why.empty()) {
    if (ucx.set_option) ucx.set_option("MEMTYPE_CACHE", "n");
    return {Result::cannot_help, why};
  }
  change_cache_state(CacheState::waiting, CacheState::kept);
  return {Result::applied, base::Text<256>()
                               << ucx::name_of(ucx).c_str()
                               << " keeps its cache; sidestep reports what its hooks miss"};
}

}  // namespace remedies::cuda
