// What libraries and launchers say of themselves.
#include "cli/machine.hpp"
#include "fuzz/fuzz.hpp"
#include "stack/mpi.hpp"
#include "programs/launcher.hpp"

void fuzz::feed(const std::string& input) {
  real::Mpi mpi;
  real::parse_version(input.c_str(), mpi);
  const auto version = relay::find_version(input);
  require(!version || (version->major >= 0 && version->minor >= 0));
  cli::belong_together(cli::name_launcher(input), mpi.version);
}
