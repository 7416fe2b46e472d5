// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Which process this is: program, host, rank. Async-signal-safe, all of it; keeps errno.
#include "base/text.hpp"

namespace process {

/// The program as it was executed: "./a.out", "/usr/bin/python3"; "?" where the kernel does not
/// say.
const char* program();
/// The path of the program's file, links resolved; "" where /proc does not say.
void program_file(char (&into)[4096]);
/// program() without its folder.
const char* program_name();

/// A variable that gives orders to sidestep. As secure_getenv(3): nullptr where it is not set, and
/// in a program that has rights which its caller lacks (set-user-id).
const char* secure_getenv(const char* name);

/// gethostname(2)'s, cut at 255 characters.
struct HostName {
  HostName();
  char name[256] = {};
};

/// The words of the command line with blanks between them; "" where /proc does not say. A longer
/// one is cut.
struct CommandLine {
  CommandLine();
  char text[384] = {};
};

/// The batch job's number, as Slurm, PBS, LSF or Flux gives it; nullptr: none did.
const char* job();

/// Seconds since 1970.
long now();

/// The rank that a launcher gave this process: hydra, Slurm, PMIx, Open MPI. -1: none did.
int launcher_rank();
/// The same; a singleton is rank 0.
int rank();
/// "[rank N] ", what a line begins with that each of many ranks may say; "" where no launcher gave
/// this process a rank.
base::Text<24> rank_mark();

}  // namespace process
