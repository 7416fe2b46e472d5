#pragma once

namespace installed {

/// The path of a file of ours in libexec/sidestep, found from where this library is, so that an
/// installation can be moved. Locks: not for the forked child.
/// @return whether it fits
bool path(const char* name, char (&into)[4096]);

/// The path of etc/sidestep.conf in our prefix, links not resolved; whether it is there is not
/// asked. Async-signal-safe but for the loader's lock.
/// @return whether it fits
bool conf(char (&into)[4096]);

}  // namespace installed
