// SPDX-License-Identifier: BSD-3-Clause
// What libraries and launchers say of themselves.
#include "programs/version.hpp"

#include "cli/launcher_name.hpp"
#include "fuzz/fuzz.hpp"
#include "stack/mpi.hpp"

void fuzz::feed(const std::string& input) {
  stack::Mpi mpi;
  stack::parse_mpi_version(input.c_str(), mpi);
  const auto version = programs::find_version(input);
  require(!version || (version->major >= 0 && version->minor >= 0));
  cli::belong_together(cli::name_launcher(input), mpi.version);
}
