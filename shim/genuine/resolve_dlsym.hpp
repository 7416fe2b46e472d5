// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What a program gets that asks the loader for an interposed function.
#include "genuine/genuine.hpp"

namespace genuine {

struct DlsymResult {
  bool known;     ///< false: the genuine dlsym is to be asked, in a tail call
  void* address;  ///< where it is known; nullptr: there is none, and dlerror says so
};

/// Whether dlsym must look twice at this name: a function of UCX, MPI or CUDA may have it.
inline bool may_be_interposed(const char* name) {
  return (name[0] == 'c' && name[1] == 'u') || (name[0] == 'u' && name[1] == 'c') ||
         (name[0] == 'M' && name[1] == 'P') || (name[0] == 'P' && name[1] == 'M');
}

/// dlsym(handle, name), called in `caller`. A program that asks a handle, or RTLD_NEXT, for the
/// function that this library would call gets this library's body; one that asks for another, as a
/// profiler does for what lies below itself, gets that. Where only this library defines it, there
/// is none: the program must not believe that MPI or CUDA is here. (One with a weak reference to it
/// does: docs/how-it-works.md.) As base/loader.hpp.
/// @param interposes whether a look-up past this library is led back to it, for that domain
DlsymResult resolve_dlsym(void* handle, const char* name, const void* caller,
                          bool (*interposes)(Domain));

/// The newest version of CUDA whose functions this library knows: all of 13.
inline constexpr int newest_cuda = 13999;

/// The interposed function that cuGetProcAddress means by this symbol.
/// @param version of CUDA: 12020 is 12.2
/// @param flags CUdriverProcAddress_flags
/// @return Name::none where it is none of them, or of a newer CUDA than is known
Name named_by_driver(const char* symbol, int version, unsigned long flags);

}  // namespace genuine
