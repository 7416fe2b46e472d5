#pragma once
// What loaded libraries define, read from their own tables. No dlsym: it searches all that a
// library needs too, allocates where it finds nothing, and is slow.

namespace real {

/// Every definition of `name`, a function, in the objects of this namespace, in the order in which
/// they were loaded; those opened with RTLD_LOCAL too. Takes the loader's lock.
/// @return how many were written, at most `most`
int definitions(const char* name, void** into, int most);

/// The same in the library whose file has this name: for programs before glibc 2.34 that have no
/// libdl in their own scope, and so no dlsym for us, while a plug-in that was opened later (an NSS
/// module) brings it. @return nullptr where there is none
void* in_loaded_library(const char* file, const char* name);

}  // namespace real
