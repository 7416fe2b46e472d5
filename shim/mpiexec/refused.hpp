// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdexcept>
#include <string>

#include "programs/exit_status.hpp"

namespace mpiexec {

/// Why nothing is started, and the exit status that says so.
struct Refused : std::runtime_error {
  Refused(int status_, const std::string& why) : std::runtime_error(why), status(status_) {}
  int status;
};

}  // namespace mpiexec
