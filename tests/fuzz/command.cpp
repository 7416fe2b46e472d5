// SPDX-License-Identifier: BSD-3-Clause
// A launcher's command line, a word a line, and LD_PRELOAD as its first line.
#include "fuzz/fuzz.hpp"
#include "mpiexec/arguments.hpp"
#include "mpiexec/julia_arguments.hpp"
#include "programs/preload.hpp"

void fuzz::feed(const std::string& input) {
  std::string text = input;
  const auto preload = take_line(text);
  mpiexec::Words words;
  while (!text.empty()) words.push_back(take_line(text));
  const std::string library = "/opt/lib/libsidestep.so";
  for (const auto& program : mpiexec::programs_in(words)) {
    require(!program.empty());
    if (const auto julia = mpiexec::read_julia(program)) require(julia->sources.size() % 2 == 0);
  }
  for (const auto kind : {mpiexec::Kind::hydra, mpiexec::Kind::open_mpi, mpiexec::Kind::slurm}) {
    const auto with = mpiexec::with_preload(kind, words, library, preload, {{"NAME", "value"}});
    require(with.size() >= words.size());
    require(mpiexec::quoted(with).find(library) != std::string::npos);
  }
  const auto without = programs::without_library(programs::with_library(preload, library));
  require(programs::without_library(without) == without);
}
