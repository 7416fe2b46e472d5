#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>

#include "base/log.hpp"
#include "process/settings.hpp"
#include "stack/memtype_cache.hpp"
#include "remedies/cuda/device_memory.hpp"
#include "remedies/cuda/memory_list.hpp"
#include "remedies/ucx/advice.hpp"
#include "remedies/ucx/decide.hpp"

namespace remedies::cuda {
namespace {

/// unasked: nobody has looked yet whether the user wants it. waiting: for a UCX. over: not wanted,
/// or given up.
enum class State : unsigned char { unasked, over, waiting, kept };
constinit std::atomic<State> state = State::unasked;

constinit std::atomic_flag busy = ATOMIC_FLAG_INIT;
constinit MemoryList early;     // under `busy`: what lives while no UCX is there to be told
constinit LentList lent_out;    // under `busy`
constinit Text<256> obstacle;   // under `busy`: why the cache may not be on
constinit real::UcxCache kept;  // written before `state` says so

struct Lock {
  Lock() {
    while (busy.test_and_set(std::memory_order_acquire)) syscall(SYS_sched_yield);
  }
  ~Lock() { busy.clear(std::memory_order_release); }
};

State now() {
  const State seen = state.load(std::memory_order_acquire);
  if (seen != State::unasked) return seen;
  const auto& settings = settings::get();
  const bool wanted = !settings.disabled && !settings::names(settings.skip, cuda_allocations.id) &&
                      (settings.keeps_cache || ucx::forced(cuda_allocations));
  State unasked = State::unasked;
  state.compare_exchange_strong(unasked, wanted ? State::waiting : State::over);
  return state.load(std::memory_order_acquire);
}

const void* pointer(Address address) { return reinterpret_cast<const void*>(address); }

void doubt(const Memory& memory) {
  kept.doubt(pointer(memory.address), memory.size ? memory.size : 1);
}

/// What was seen here must not be: the cache that is on goes off, one that comes stays off.
void give_up(const Text<256>& why) {
  State was = State::kept;
  {
    Lock lock;
    if (obstacle.empty()) obstacle = why;
    if (!state.compare_exchange_strong(was, State::over)) return;
  }
  kept.switch_to(false);
  const Outcome outcome{Result::cannot_help, why};
  logging::line(line_of(cuda_allocations, outcome));
  if (const char* file = settings::get().report; *file)
    report::give(file, entry_of(cuda_allocations, outcome, ""));
}

bool remember(const Memory& memory) {
  Lock lock;
  return now() == State::waiting && early.add(memory);
}

/// Something that is no device memory is told, asked for, and forgotten.
bool takes_what_it_is_told(const real::UcxCache& cache) {
  static constinit char probe[64] = {};
  using Kind = real::UcxCache::Kind;
  if (cache.kind_of(probe, sizeof probe) != Kind::host) return false;
  cache.doubt(probe, sizeof probe);
  if (cache.kind_of(probe, sizeof probe) != Kind::unknown) return false;
  cache.forget(probe, sizeof probe);
  return cache.kind_of(probe, sizeof probe) == Kind::host;
}

/// Why the cache may not be on, or nothing. The caller holds the lock.
Text<256> try_to_keep(const real::Ucx& ucx) {
  const auto name = ucx::name_of(ucx);
  Text<256> why;
  if (state.load(std::memory_order_acquire) == State::kept)
    why << "another UCX in this process keeps its cache";
  else if (!obstacle.empty())
    why = obstacle;
  else if (!kept.find(ucx))
    why << name.c_str() << "'s cache can neither be asked nor told";
  else if (!kept.switch_to(true))
    why << name.c_str() << "'s cache cannot be switched on";
  else if (!takes_what_it_is_told(kept))
    why << name.c_str() << "'s cache does not take what it is told";
  if (!why.empty()) return why;
  for (const Memory& memory : early) doubt(memory);
  return why;
}

}  // namespace

bool watches() { return now() > State::over; }

void allocated(Address address, size_t size) {
  if (!watches() || !address) return;
  const Memory memory = size ? Memory{address, size} : real::driver::memory_at(address);
  if (!memory.size) return give_up(Text<256>() << "the driver does not tell how large memory is");
  if (now() == State::waiting && remember(memory)) return;
  if (now() == State::waiting)
    return give_up(Text<256>() << "more than " << static_cast<long>(MemoryList::most)
                               << " allocations live before UCX is started");
  if (now() != State::kept) return;
  doubt(memory);
  if (kept.kind_of(pointer(address), memory.size) == real::UcxCache::Kind::host)
    give_up(Text<256>() << "UCX takes device memory for host memory although it was told");
}

void lent(Word lender, Address address, size_t size) {
  if (!watches() || !address) return;
  allocated(address, size);
  Lock lock;
  lent_out.add(lender, {address, size});
}

void ends(Word lender) {
  if (now() != State::kept) return;
  const auto held = [](Address at) {
    return kept.kind_of(pointer(at), 1) == real::UcxCache::Kind::device;
  };
  Lock lock;
  lent_out.each_of(lender, [&](const Memory& memory) {
    // Of graphs' memory, most is another's: to ask costs a tenth of telling.
    if (lender != any_graph || held(memory.address) || held(memory.address + memory.size - 1))
      doubt(memory);
  });
  if (lender != any_graph) lent_out.remove(lender);
}

Memory releasing(Address address, size_t size) {
  if (!watches() || !address) return {};
  if (now() == State::waiting) {
    Lock lock;
    if (now() == State::waiting) early.remove(address);
  }
  if (now() != State::kept) return {};
  const Memory memory = size ? Memory{address, size} : real::driver::memory_at(address);
  doubt(memory);
  return memory;
}

void released(const Memory& memory) {
  if (memory.address && now() == State::kept) doubt(memory);
}

void opened_out_of_reach(const char* file) {
  if (watches())
    give_up(Text<256>() << (file ? file : "the program") << " was opened past every hook");
}

Outcome keep(const real::Ucx& ucx) {
  if (!real::driver::is_mapped())
    return {Result::not_needed, Text<256>() << "UCX has opened no CUDA driver"};
  Lock lock;
  const auto why = try_to_keep(ucx);
  if (!why.empty()) {
    if (ucx.set_option) ucx.set_option("MEMTYPE_CACHE", "n");
    return {Result::cannot_help, why};
  }
  state.store(State::kept, std::memory_order_release);
  return {Result::applied, Text<256>() << ucx::name_of(ucx).c_str()
                                       << " keeps its cache, and is told of what its hooks miss"};
}

}  // namespace remedies::cuda
