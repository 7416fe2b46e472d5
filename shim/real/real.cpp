#include "real/real.hpp"

#include <errno.h>
#include <gnu/libc-version.h>

#include "process/log.hpp"
#include "real/driver.hpp"
#include "real/library.hpp"
#include "real/loaded.hpp"
#include "real/old_glibc.hpp"

namespace real {
namespace {

// Texts in place: a pointer would be relocated in every process.
constexpr char names[][40] = {
#define SIDESTEP_HOOK(domain, name) #name,
#include "hooks/hooks.def"
#undef SIDESTEP_HOOK
};

constexpr Domain domains[] = {
#define SIDESTEP_HOOK(domain, name) Domain::domain,
#include "hooks/hooks.def"
#undef SIDESTEP_HOOK
};

constexpr int count = sizeof domains / sizeof *domains;
constinit std::atomic<void*> addresses[count];

/// Without dlsym, which a program without libdl has not before glibc 2.34 (who calls dlopen has it,
/// though perhaps not in a scope that we see); and where it finds nothing, or another tool gives us
/// ourselves: a program must still fork.
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
  auto& address = addresses[static_cast<int>(name)];
  if (void* known = address.load(std::memory_order_acquire)) return known;
  const int kept = errno;
  void* found = dlvsym ? by_dlsym(name, caller) : nullptr;
  if (!found && (caller || domain_of(name) <= Domain::loader)) found = by_tables(name);
  errno = kept;
  if (found) address.store(found, std::memory_order_release);
  return found;
}

void learn(Name name, void* function) {
  void* none = nullptr;
  addresses[static_cast<int>(name)].compare_exchange_strong(none, function,
                                                            std::memory_order_acq_rel);
}

void* body_of(Name name) { return definition_beside(addresses, names[static_cast<int>(name)]); }

}  // namespace real
