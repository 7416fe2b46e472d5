#include "genuine/genuine.hpp"

#include <errno.h>
#include <gnu/libc-version.h>

#include "base/log.hpp"
#include "stack/cuda_driver.hpp"
#include "stack/mpi.hpp"
#include "base/elf.hpp"
#include "base/old_glibc.hpp"

namespace real {
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

/// Without dlsym: it waits for a lock that is held while constructors run, and they may wait for a
/// thread that forks; it clears what dlerror would say of the program's own failure; and a program
/// without libdl has none before glibc 2.34 (who calls dlopen has it, though perhaps not in a scope
/// that we see).
void* by_tables(Name name) { return definition_after(addresses, names[static_cast<int>(name)]); }

/// dlsym cannot be asked for itself. One version is there for sure: to ask for another would
/// allocate a message, and the program's malloc may be the one that asks for dlsym.
void* next_dlsym() {
  const char* version = gnu_get_libc_version();  // "2.36"
  read_number(version);
  const int minor = *version == '.' ? read_number(++version) : 0;
  return dlvsym(RTLD_NEXT, "dlsym", minor >= 34 ? "GLIBC_2.34" : SIDESTEP_OLDEST);
}

/// What comes after us for whoever calls.
void* by_dlsym(Name name, const void* caller) {
  const char* text = names[static_cast<int>(name)];
  void* found = name == Name::dlsym ? next_dlsym() : real::dlsym(RTLD_NEXT, text);
  if (!found && caller) found = in_scope_of(caller, text);
  // A pointer that the loader bound in a library of its own scope, called from elsewhere.
  if (!found && domain_of(name) == Domain::cuda) found = driver::function(text);
  if (!found || !is_ours(found)) return found;
  // Another tool handed us ourselves: calling it would never end (VirtualGL's check).
  logging::line(
      Text<256>() << text
                  << ": all that is found is sidestep itself; another preload may be at fault");
  return nullptr;
}

// The linker's names for where this library starts and ends.
extern "C" [[gnu::visibility("hidden")]] const char __ehdr_start[], _end[];

/// The library may be closed, and be opened again elsewhere; or a second one may be opened.
bool may_go(Domain domain) { return domain == Domain::ucx || domain == Domain::mpi; }

bool is_there(Name name, const void* function) {
  return function && definition_beside(function, names[static_cast<int>(name)]) == function;
}

}  // namespace

bool is_ours(const void* address) { return address >= __ehdr_start && address < _end; }

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

void* find(Name name, const void* caller) {
  const Domain domain = domain_of(name);
  void* known = addresses[static_cast<int>(name)].load(std::memory_order_acquire);
  if (known && !may_go(domain)) return known;
  const int kept = errno;
  void* found = domain == Domain::libc ? by_tables(name) : nullptr;
  if (!found && dlvsym) found = by_dlsym(name, caller);
  if (!found && is_there(name, known)) found = known;
  if (!found && (caller || domain == Domain::loader)) found = by_tables(name);
  if (found && !may_go(domain)) learn(name, found);
  errno = kept;
  return found;
}

void learn(Name name, void* function) {
  const Domain domain = domain_of(name);
  auto& address = addresses[static_cast<int>(name)];
  void* known = address.load(std::memory_order_acquire);
  if (domain == Domain::cuda && !known) keep_loaded(function);
  if (!known || (may_go(domain) && !is_there(name, known)))
    address.compare_exchange_strong(known, function, std::memory_order_acq_rel);
}

void* body_of(Name name) { return definition_beside(addresses, names[static_cast<int>(name)]); }

}  // namespace real
