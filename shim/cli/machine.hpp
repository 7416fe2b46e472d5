#pragma once
// What the doctor sees of a machine, before any program of the user's runs.
#include <string>
#include <vector>

#include "cli/examine.hpp"

namespace cli {

struct Fact {
  std::string name;         ///< "libmpi"
  std::string value;        ///< "MPICH 4.2.3"; "none"
  std::string path = {};    ///< the file, where it is one
  std::string remark = {};  ///< what follows from it; "": nothing
  bool hurts = false;       ///< the remark tells of what would hurt
};

struct Machine {
  std::vector<Fact> facts;
  std::vector<Process> processes;  ///< for each libmpi: one that loads it and does nothing else
};

Machine look_at_machine();

/// Whether the ranks that this mpiexec starts know each other over this libmpi: the same family and
/// the same version. @param mpiexec, libmpi as each names its version
bool belong_together(const std::string& mpiexec, const std::string& libmpi);

/// "MPICH 4.2.3" out of what `mpiexec --version` prints; "": it is no MPI's that is known.
std::string name_launcher(const std::string& output);

/// Limits of this machine, or of the container that this is.
std::vector<Fact> look_at_limits(bool with_ucx);

}  // namespace cli
