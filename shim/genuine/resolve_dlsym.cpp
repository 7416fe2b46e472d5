#include "genuine/resolve_dlsym.hpp"

#include <string.h>

#include "stack/mpi.hpp"
#include "base/elf.hpp"
#include "base/old_glibc.hpp"

namespace real {
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

/// UCX writes a jump over the code of what it finds: that must be the driver's, not ours
/// (ucm_reloc_get_orig, src/ucm/util/reloc.h:60@v1.20.0).
bool overwrites(const void* caller) { return definition_beside(caller, "ucm_cuMemFree"); }

}  // namespace

Answer asked(void* handle, const char* name, const void* caller, bool (*interposes)(Domain)) {
  constexpr Answer ask_on = {false, nullptr};
  const Name which = named(name);
  if (which == Name::none || domain_of(which) < Domain::ucx) return ask_on;
  void* found = handle == RTLD_NEXT ? definition_after(caller, name) : real::dlsym(handle, name);
  if (!found) return ask_on;
  if (is_ours(found)) {  // a look-up in the global scope
    if (overwrites(caller)) return {true, find(which, nullptr)};
    void* behind = real::dlsym(RTLD_NEXT, name);
    if (!behind) behind = in_scope_of(caller, name);
    return {true, real::dlsym(behind && !is_ours(behind) ? RTLD_DEFAULT : RTLD_NEXT, name)};
  }
  const Answer genuine = handle == RTLD_NEXT ? ask_on : Answer{true, found};
  if (!interposes(domain_of(which)) || overwrites(caller)) return genuine;
  void* known = find(which, nullptr);
  if (!known) {
    learn(which, found);
    known = find(which, nullptr);
  }
  // Our one body stands for one function: for the one that it will find, here and from elsewhere.
  if (known != found || find(which, caller) != found) return genuine;
  real::dlsym(RTLD_DEFAULT, name);  // so that dlerror tells of no failure of ours
  return {true, body_of(which)};
}

Name named_by_driver(const char* symbol, int version, unsigned long flags) {
  constexpr unsigned long per_thread = 2;  // CU_GET_PROC_ADDRESS_PER_THREAD_DEFAULT_STREAM
  const Stream stream = flags & per_thread ? Stream::per_thread : Stream::legacy;
  const DriverFunction* best = nullptr;
  for (const auto& function : driver_functions)
    if (!strcmp(function.symbol, symbol) && function.since <= version &&
        (function.stream == Stream::any || function.stream == stream) &&
        (!best || best->since < function.since))
      best = &function;
  return best ? best->name : Name::none;
}

}  // namespace real
