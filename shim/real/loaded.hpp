#pragma once

namespace real {

/// The address of `symbol` in the loaded library whose file has this name, read from the library's
/// own tables: for programs before glibc 2.34 that have no libdl in their own scope, and so no dlsym
/// for us, while a plug-in that was opened later (an NSS module) brings it. @return nullptr where
/// there is none
void* in_loaded_library(const char* file, const char* symbol);

}  // namespace real
