// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <string>
#include <vector>

#include "programs/words.hpp"

namespace mpiexec {

using programs::Words;

enum class Kind { hydra, open_mpi, slurm };

struct Variable {
  std::string name, value;
};

/// The programs in a launcher's arguments, each with its own, as far as the launcher's options are
/// known to take values. Where ":" separates several, in their order.
std::vector<Words> programs_in(const Words& arguments);

/// The launcher's arguments with an LD_PRELOAD, and these variables, that reach every rank and
/// nothing else. What the user's own options say of LD_PRELOAD is kept, behind the library.
/// @param library libsidestep.so
/// @param preload LD_PRELOAD as the user has it, "" where there is none
Words with_preload(Kind kind, Words words, const std::string& library, const std::string& preload,
                   const std::vector<Variable>& variables);

/// As a shell would read it back.
std::string quoted(const Words& words);

}  // namespace mpiexec
