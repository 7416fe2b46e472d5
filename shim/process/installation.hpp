// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What is installed with this library, found from where the library is, so that an installation can
// be moved. Nothing is found where LD_PRELOAD named it by a relative path: the program may have
// changed its folder since, and another user may have put a file there. What others could have
// written since is not used either (base/trust.hpp), unless they could have written this library.
#include "base/trust.hpp"

namespace process {

/// This library's file, as the loader has it. Async-signal-safe.
const char* own_library();

/// The path of a file in libexec/sidestep. Takes locks and may allocate: not for the forked child.
/// @return whether it is known, and fits
bool installed_file(const char* name, char (&into)[4096]);

/// The path of etc/sidestep.conf in this prefix, links not resolved; the file need not exist.
/// Async-signal-safe.
/// @return whether it is known, and fits
bool installed_conf(char (&into)[4096]);

/// Whether a file that is installed with this library may be run, loaded or read: nobody could have
/// written it who could not have written this library. So is one that is not there, and that nobody
/// else can put there. Takes locks: not for the forked child.
/// @param why set where it may not
bool is_own(const char* file, base::Distrust& why);

}  // namespace process
