// SPDX-License-Identifier: BSD-3-Clause
#include "genuine/resolve_dlsym.hpp"

#include <string.h>

#include "base/elf.hpp"
#include "base/loader.hpp"

namespace genuine {
namespace {

enum class Stream : unsigned char { any, legacy, per_thread };

// Texts in place: a pointer would be relocated in every process.
struct DriverFunction {
  Name name;
  Stream stream;
  int since;
  char symbol[36];
};

constexpr DriverFunction driver_functions[] = {
#define SIDESTEP_HOOK(domain, name)
#define SIDESTEP_DRIVER(name, symbol, since, stream) {Name::name, Stream::stream, since, #symbol},
#include "abi/hooks.def"
#undef SIDESTEP_HOOK
};

/// UCX writes a jump over the code of what it finds: that must be the driver's code, not ours
/// (ucm_reloc_get_orig, src/ucm/util/reloc.h:60@v1.20.0).
bool overwrites(const void* caller) { return base::symbol_in_object_of(caller, "ucm_cuMemFree"); }

}  // namespace

DlsymResult resolve_dlsym(void* handle, const char* name, const void* caller,
                          bool (*interposes)(Domain)) {
  constexpr DlsymResult ask_on = {false, nullptr};
  const Name which = named(name);
  if (which == Name::none || domain_of(which) < Domain::ucx) return ask_on;
  void* found = handle == RTLD_NEXT ? base::symbol_behind_object_of(caller, name)
                                    : base::genuine_dlsym(handle, name);
  if (!found) return ask_on;
  if (base::is_ours(found)) {  // a look-up in the global scope
    if (overwrites(caller)) return {true, find(which, nullptr)};
    void* behind = base::genuine_dlsym(RTLD_NEXT, name);
    if (!behind) behind = base::symbol_in_scope_of(caller, name);
    return {true,
            base::genuine_dlsym(behind && !base::is_ours(behind) ? RTLD_DEFAULT : RTLD_NEXT, name)};
  }
  const DlsymResult genuine = handle == RTLD_NEXT ? ask_on : DlsymResult{true, found};
  if (!interposes(domain_of(which)) || overwrites(caller)) return genuine;
  void* known = find(which, nullptr);
  if (!known) {
    learn(which, found);
    known = find(which, nullptr);
  }
  // This library's one body stands for one function: the one that it will find from any caller.
  if (known != found || find(which, caller) != found) return genuine;
  base::genuine_dlsym(RTLD_DEFAULT, name);  // so that dlerror reports no failure of these look-ups
  return {true, body_of(which)};
}

Name named_by_driver(const char* symbol, int version, unsigned long flags) {
  constexpr unsigned long per_thread = 2;  // CU_GET_PROC_ADDRESS_PER_THREAD_DEFAULT_STREAM
  const Stream stream = flags & per_thread ? Stream::per_thread : Stream::legacy;
  if (version > newest_cuda) return Name::none;  // there may be a _v3 that sidestep has no body for
  const DriverFunction* best = nullptr;
  for (const auto& function : driver_functions)
    if (!strcmp(function.symbol, symbol) && function.since <= version &&
        (function.stream == Stream::any || function.stream == stream) &&
        (!best || best->since < function.since))
      best = &function;
  return best ? best->name : Name::none;
}

}  // namespace genuine
