#pragma once
// What is installed with this library, found from where that is, so that an installation can be
// moved. Not where LD_PRELOAD named it by a relative path: the program may have changed its folder
// since then, and what lies there now may be anybody's.

namespace installed {

/// This library's file, as the loader has it. Async-signal-safe but for the loader's lock.
const char* library();

/// The path of a file of ours in libexec/sidestep. Locks: not for the forked child.
/// @return whether it is known, and fits
bool path(const char* name, char (&into)[4096]);

/// The path of etc/sidestep.conf in our prefix, links not resolved; whether it is there is not
/// asked. Async-signal-safe but for the loader's lock.
/// @return whether it is known, and fits
bool conf(char (&into)[4096]);

}  // namespace installed
