// A launcher's command line, a word a line, and LD_PRELOAD as its first line.
#include "mpiexec/arguments.hpp"

#include "programs/preload.hpp"
#include "fuzz/fuzz.hpp"
#include "mpiexec/julia_arguments.hpp"

void fuzz::feed(const std::string& input) {
  std::string text = input;
  const auto preload = take_line(text);
  launch::Words words;
  while (!text.empty()) words.push_back(take_line(text));
  const std::string library = "/opt/lib/libsidestep.so";
  for (const auto& program : launch::programs(words)) {
    require(!program.empty());
    if (const auto julia = launch::read_julia(program)) require(julia->sources.size() % 2 == 0);
  }
  for (const auto kind : {launch::Kind::hydra, launch::Kind::open_mpi, launch::Kind::slurm}) {
    const auto with = launch::with_preload(kind, words, library, preload, {{"NAME", "value"}});
    require(with.size() >= words.size());
    require(launch::quoted(with).find(library) != std::string::npos);
  }
  const auto without = cli::without_library(cli::with_library(preload, library));
  require(cli::without_library(without) == without);
}
