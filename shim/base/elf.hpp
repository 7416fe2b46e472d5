// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What is loaded, and what it defines, read from the objects' own ELF tables. Not by dlsym: it also
// searches all that a library needs, allocates where it finds nothing, and is slow. Not by dladdr:
// it looks at each symbol of the object, a third of what a start of MPI cost.
//
// In a process with several threads these take the loader's lock. In one with a single thread they
// take none: the child of a fork may find it held by a thread that it has not got. Both ways
// allocate nothing, keep errno, and are async-signal-safe but for that lock.

namespace base {

inline constexpr const char* program_path = "/proc/self/exe";

struct LoadedObject {
  const char* path;  ///< as the loader has it; program_path for the program itself
  const void* base;  ///< where it is mapped; nullptr for a program that is not relocated
  const void* end;   ///< behind its code
};

/// The loaded object that holds `address`, which is one of code.
/// @return whether there is one
bool object_of(const void* address, LoadedObject& into);

/// Every definition of the function `name` in the objects of this namespace, in the order in which
/// they were loaded; those opened with RTLD_LOCAL too.
/// @return how many were written, at most `most`
int definitions(const char* name, void** into, int most);

/// 1 where there is one, else 0. With little stack.
/// @param alone base::is_only_thread()
int is_defined(const char* name, bool alone);

/// What the object that holds `address` itself defines by this name, or nullptr.
void* symbol_in_object_of(const void* address, const char* name);

/// Where the object that holds `address` keeps the address of the function `name` that it calls: a
/// slot that the loader fills at the first call, and that stays writable.
/// @return nullptr where it does not call it so, or was bound when it was loaded (-z now)
void** call_slot(const void* address, const char* name);

/// What dlsym(RTLD_NEXT, name) would return to a caller in the object that holds `address`, as far
/// as the order of loading shows: the first definition in the objects behind it, or nullptr.
void* symbol_behind_object_of(const void* address, const char* name);

/// The path of the first object in the loader's list that is neither the program, the vDSO nor the
/// one this code is linked into: the first that the program needs, or another preload. Calls no
/// other function of libc than those above.
/// @return nullptr where there is none
const char* first_object_but_ours();

/// The same for this library, or the program that this code is linked into, of a function of libc.
/// Takes no lock, ever: libc and all that was loaded before it stay. Async-signal-safe.
/// @return nullptr also where libc is not behind us: in a static program, in a namespace of dlmopen
void* next_of_libc(const char* name);

/// The file of this library as the loader has it, or "". Takes no lock, but in a namespace of
/// dlmopen. Async-signal-safe.
const char* own_path();

/// Whether this address lies in the library, or the program, that this code is linked into.
/// Async-signal-safe.
bool is_ours(const void* address);

}  // namespace base
