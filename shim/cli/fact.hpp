// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <string>

namespace cli {

/// One line of what the doctor sees of a machine.
struct Fact {
  std::string name;         ///< "libmpi"
  std::string value;        ///< "MPICH 4.2.3"; "none"
  std::string path = {};    ///< the file, where it is one
  std::string remark = {};  ///< what follows from it; "": nothing
  bool is_problem = false;  ///< the remark describes a problem
};

}  // namespace cli
