// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The genuine functions behind the interposed ones: genuine::fork(),
// genuine::MPI_Init.from(caller)(argc, argv).
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "abi/asan_functions.hpp"
#include "abi/cuda_functions.hpp"
#include "abi/mpi_functions.hpp"
#include "abi/ucx_functions.hpp"

namespace genuine {

enum class Name : unsigned char {
#define SIDESTEP_HOOK(domain, name) name,
#include "abi/hooks.def"
#undef SIDESTEP_HOOK
  none
};

/// The library that a function belongs to.
enum class Domain : unsigned char { libc, loader, asan, ucx, mpi, cuda };
Domain domain_of(Name name);

/// The interposed function of that name, or Name::none.
Name named(const char* name);

/// The genuine function: the next definition in the chain (RTLD_NEXT), so that another preload or
/// PMPI tool still sees the call. For a library that was opened later with RTLD_LOCAL (Python,
/// Julia), what `caller` itself would have bound, or what `learn` was given.
///
/// MPI's and UCX's functions are looked up at each call, and calls are few: a process may have two
/// such libraries, or close one. The others are found once and kept, and a driver in which one was
/// found stays loaded. libc's are found without a lock or an allocation: async-signal-safe, also in
/// any child. The others may take locks, allocate, and change what dlerror says.
/// @param caller an address in the object that calls, or nullptr
/// @return nullptr where there is none, or where all that is found is this library itself
void* find(Name name, const void* caller);

/// What a program was given by its library's handle is the genuine function, for callers that have
/// none in their own scope. The first that was learnt counts, while its library is loaded.
void learn(Name name, void* function);

/// The body that this library exports under that name.
void* body_of(Name name);

/// What dladdr said of an address: where that is the body of an interposed function, the file is
/// that of the genuine one, as without this library. As `find`, of MPI's and UCX's functions.
/// @param caller an address in the object that asks
/// @return the genuine function; nullptr where nothing is changed
const void* show_genuine(const void* address, const void* caller, Dl_info& info);

/// The same of a function of libc's. Async-signal-safe, also in any child.
void* find_in_libc(Name name);

template <Name name, class Pointer>
struct Function {
  /// The genuine function as `caller` would have bound it, or nullptr.
  Pointer from(const void* caller) const { return reinterpret_cast<Pointer>(find(name, caller)); }
  /// Of a function of libc's alone.
  template <class... Arguments>
  auto operator()(Arguments... arguments) const {
    return reinterpret_cast<Pointer>(find_in_libc(name))(arguments...);
  }
};

// glibc's declarations carry attributes (nonnull), which have no part in a type.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wignored-attributes"
#define SIDESTEP_HOOK(domain, name) inline constexpr Function<Name::name, decltype(&::name)> name{};
#include "abi/hooks.def"
#undef SIDESTEP_HOOK
#pragma GCC diagnostic pop

}  // namespace genuine
