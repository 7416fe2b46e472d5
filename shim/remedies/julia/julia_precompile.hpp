#pragma once
// Two answers of the kernel that Julia before 1.10 takes for failures of its own, where another
// process precompiles into the same depot at the same time.

namespace remedies::julia {

/// mkdir(path) failed with EEXIST: whether it is a folder of Julia's cache that another process
/// made first, and Julia may go on. Keeps errno.
bool made_already(const char* path);

/// unlink(path) failed with ENOENT: whether it is a file of Julia's cache that another process took
/// away first, and Julia may go on. Keeps errno.
bool removed_already(const char* path);

}  // namespace remedies::julia
