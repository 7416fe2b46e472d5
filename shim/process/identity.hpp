#pragma once
// Which process this is, of a job's many. Async-signal-safe.

namespace self {

/// As it was executed: "./a.out", "/usr/bin/python3"; "?" where the kernel did not say.
const char* program();
/// The path of the file that runs, links resolved; "" where /proc does not say.
void file(char (&into)[4096]);
/// program() without its folder.
const char* program_name();

/// A variable that orders something from us: nullptr where it is not set, and in a program that has
/// rights which its caller lacks (setuid), as secure_getenv has it.
const char* setting(const char* name);

/// gethostname's, cut at 255 characters.
struct Host {
  Host();
  char name[256] = {};
};

/// Its rank, as the launchers tell it: hydra and Slurm, PMIx, Open MPI. -1: none does.
int told_rank();
/// The same; a singleton is rank 0.
int rank();

}  // namespace self
