// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <string>
#include <vector>

#include "cli/demo_session.hpp"
#include "cli/screen.hpp"

namespace cli {

/// A scene without sidestep and with it.
struct Act {
  Scene scene;
  Played without, with;
};

/// The acts on one MPI.
struct Performance {
  std::string mpi;  ///< "MPICH 4.2.3, UCX 1.18.1"
  std::string via;  ///< "mpi4py of /usr/bin/python3"
  std::vector<Act> acts;
};

/// Both terminals side by side; one below the other where there is no room for that.
std::string text_of(const Act& act, const Screen& screen);

/// The table of what ended how, and the last line: "without: killed / with: works".
std::string verdict_of(const std::vector<Performance>& all, const Screen& screen);

/// All of it as JSON: the screens whole.
std::string json_of(const std::vector<Performance>& all);

}  // namespace cli
