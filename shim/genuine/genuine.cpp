// SPDX-License-Identifier: BSD-3-Clause
#include "genuine/genuine.hpp"

#include <errno.h>

#include <atomic>

#include "base/elf.hpp"
#include "base/loader.hpp"
#include "base/log.hpp"
#include "stack/cuda_driver.hpp"

namespace genuine {
namespace {

// Texts in place: a pointer would be relocated in every process.
constexpr char names[][40] = {
#define SIDESTEP_HOOK(domain, name) #name,
#include "abi/hooks.def"
#undef SIDESTEP_HOOK
};

constexpr Domain domains[] = {
#define SIDESTEP_HOOK(domain, name) Domain::domain,
#include "abi/hooks.def"
#undef SIDESTEP_HOOK
};

constexpr int count = sizeof domains / sizeof *domains;
constinit std::atomic<void*> addresses[count];

const char* text_of(Name name) { return names[static_cast<int>(name)]; }

/// Without dlsym: it waits for a lock that is held while constructors run, and they may wait for a
/// thread that forks; it clears what dlerror would say of the program's own failure; and a program
/// without libdl has none before glibc 2.34.
void* find_by_tables(Name name) {
  return base::symbol_behind_object_of(reinterpret_cast<void*>(&find), text_of(name));
}

/// The next definition after this library's, as `caller` would find it.
void* find_by_dlsym(Name name, const void* caller) {
  const char* text = text_of(name);
  void* found = name == Name::dlsym ? base::find_dlsym() : base::genuine_dlsym(RTLD_NEXT, text);
  if (!found && caller) found = base::symbol_in_scope_of(caller, text);
  // A pointer that the loader bound in a library of its own scope, called from elsewhere.
  if (!found && domain_of(name) == Domain::cuda) found = stack::cuda_driver::function(text);
  if (!found || !base::is_ours(found)) return found;
  // Another tool handed us ourselves: calling it would never end (VirtualGL's check).
  base::log(base::Text<256>()
            << text << ": all that is found is sidestep itself; another preload may be at fault");
  return nullptr;
}

/// The library may be closed, and be opened again elsewhere; or a second one may be opened.
bool may_be_unloaded(Domain domain) { return domain == Domain::ucx || domain == Domain::mpi; }

bool is_still_there(Name name, const void* function) {
  return function && base::symbol_in_object_of(function, text_of(name)) == function;
}

}  // namespace

Domain domain_of(Name name) { return domains[static_cast<int>(name)]; }

Name named(const char* name) {
  // Most names differ early from ours: a call of strcmp for each would be half of a dlsym.
  const auto is = [name](const char* known) {
    int at = 0;
    while (known[at] && known[at] == name[at]) ++at;
    return known[at] == name[at];
  };
  int i = 0;
  while (i < count && !is(names[i])) ++i;
  return static_cast<Name>(i);
}

void* find_in_libc(Name name) {
  auto& address = addresses[static_cast<int>(name)];
  void* found = address.load(std::memory_order_relaxed);
  if (!found) address.store(found = base::next_of_libc(text_of(name)), std::memory_order_relaxed);
  return found ? found : find(name, nullptr);
}

void* find(Name name, const void* caller) {
  const Domain domain = domain_of(name);
  void* known = addresses[static_cast<int>(name)].load(std::memory_order_acquire);
  if (known && !may_be_unloaded(domain)) return known;
  const int saved_errno = errno;
  const bool in_libc =
      domain == Domain::libc || (domain == Domain::loader && base::libc_is_loader());
  void* found = in_libc ? base::next_of_libc(text_of(name)) : nullptr;
  if (!found && domain == Domain::libc) found = find_by_tables(name);
  if (!found) found = find_by_dlsym(name, caller);
  if (!found && is_still_there(name, known)) found = known;
  if (!found && (caller || domain == Domain::loader)) found = find_by_tables(name);
  if (found && !may_be_unloaded(domain)) learn(name, found);
  errno = saved_errno;
  return found;
}

void learn(Name name, void* function) {
  const Domain domain = domain_of(name);
  auto& address = addresses[static_cast<int>(name)];
  void* known = address.load(std::memory_order_acquire);
  if (domain == Domain::cuda && !known) base::keep_loaded(function);
  if (!known || (may_be_unloaded(domain) && !is_still_there(name, known)))
    address.compare_exchange_strong(known, function, std::memory_order_acq_rel);
}

void* body_of(Name name) {
  return base::symbol_in_object_of(reinterpret_cast<void*>(&body_of), text_of(name));
}

const void* show_genuine(const void* address, const void* caller, Dl_info& info) {
  if (!base::is_ours(address) || info.dli_saddr != address || !info.dli_sname) return nullptr;
  const Name name = named(info.dli_sname);
  const void* function = name == Name::none ? nullptr : find(name, caller);
  Dl_info genuine{};
  if (!function || !dladdr(function, &genuine)) return nullptr;
  info.dli_fname = genuine.dli_fname;
  info.dli_fbase = genuine.dli_fbase;
  return function;
}

}  // namespace genuine
