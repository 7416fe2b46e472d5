#pragma once
// What is loaded, and what it defines, read from the objects' own tables. No dlsym: it searches all
// that a library needs too, allocates where it finds nothing, and is slow. No dladdr: it looks at
// each symbol of the object, a third of what a start of MPI cost.

namespace real {

inline constexpr const char* program_path = "/proc/self/exe";

struct Object {
  const char* path;  ///< as the loader has it; program_path for the program itself
  const void* base;  ///< where it is mapped
};

/// The loaded object that holds `address`. Takes the loader's lock.
/// @return whether there is one
bool object_of(const void* address, Object& into);

/// Every definition of `name`, a function, in the objects of this namespace, in the order in which
/// they were loaded; those opened with RTLD_LOCAL too. Takes the loader's lock.
/// @return how many were written, at most `most`
int definitions(const char* name, void** into, int most);

/// What the object that holds `address` itself defines by this name, or nullptr.
void* definition_beside(const void* address, const char* name);

/// What dlsym(RTLD_NEXT, name) would give to a caller in the object that holds `address`, as far as
/// the order of loading tells: the first definition in the objects behind it. nullptr: none.
void* definition_after(const void* address, const char* name);

}  // namespace real
