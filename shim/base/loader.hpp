// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The dynamic loader, asked past every hook. All of it may take the loader's locks and allocate,
// and changes what dlerror says: not for signal handlers, getenv's hook or a forked child.

namespace base {

/// Whether dlopen and its like are libc's own functions: from glibc 2.34 on.
bool libc_is_loader();

/// The loader's own dlsym: the one that comes after this library's.
/// @return nullptr in a program without libdl before glibc 2.34; this library's own where another
/// preload hands it back
void* find_dlsym();

/// The same, called; nullptr too where there is none to call.
void* genuine_dlsym(void* handle, const char* name);

/// dlopen, past the hook; nullptr too where there is none to call.
void* open_library(const char* path, int flags);

/// What dlsym returns for `name` in the scope of the object that holds `address`: the object
/// itself, then what it needs. Works for objects opened with RTLD_LOCAL, not for the program.
/// @return nullptr where there is none
void* symbol_in_scope_of(const void* address, const char* name);

/// From now on no dlclose unloads the object that holds `address`.
void keep_loaded(const void* address);

}  // namespace base
