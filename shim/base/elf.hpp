// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What is loaded, and what it defines, read from the objects' own ELF tables. Not by dlsym: it also
// searches all that a library needs, allocates where it finds nothing, and is slow. Not by dladdr:
// it looks at each symbol of the object, a third of what a start of MPI cost.

namespace base {

inline constexpr const char* program_path = "/proc/self/exe";

struct LoadedObject {
  const char* path;  ///< as the loader has it; program_path for the program itself
  const void* base;  ///< where it is mapped
};

/// The loaded object that holds `address`. Takes the loader's lock.
/// @return whether there is one
bool object_of(const void* address, LoadedObject& into);

/// Every definition of the function `name` in the objects of this namespace, in the order in which
/// they were loaded; those opened with RTLD_LOCAL too. Takes the loader's lock.
/// @return how many were written, at most `most`
int definitions(const char* name, void** into, int most);

/// What the object that holds `address` itself defines by this name, or nullptr. Takes the loader's
/// lock.
void* symbol_in_object_of(const void* address, const char* name);

/// What dlsym(RTLD_NEXT, name) would return to a caller in the object that holds `address`, as far
/// as the order of loading shows: the first definition in the objects behind it, or nullptr. Takes
/// the loader's lock.
void* symbol_behind_object_of(const void* address, const char* name);

/// The path of the first object in the loader's list that is neither the program, the vDSO nor the
/// one this code is linked into: the first that the program needs, or another preload. Takes the
/// loader's lock, and calls nothing else of libc.
/// @return nullptr where there is none
const char* first_object_but_ours();

/// Whether this address lies in the library, or the program, that this code is linked into.
/// Async-signal-safe.
bool is_ours(const void* address);

}  // namespace base
