// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// A process that the doctor examined: its libraries, and what each remedy comes to in it.
#include <string>
#include <vector>

namespace cli {

struct Issue {
  std::string id;
  std::string outcome;  ///< as the report says it: "applied", "not needed", …; "wrong": settings
  std::string why;
  bool needed = false;  ///< left to the user by SIDESTEP_SKIP or SIDESTEP_DISABLE, and needed here

  /// Whether it is a problem here that sidestep does not fix.
  bool is_problem() const { return needed || outcome == "cannot help" || outcome == "wrong"; }
  bool operator==(const Issue&) const = default;
};

struct LoadedLibrary {
  std::string version, path;
  bool operator==(const LoadedLibrary&) const = default;
};

/// Of a name that is set in several places the last one holds.
struct SettingInPlace {
  std::string name, value, where;  ///< where: "the environment", "FILE:LINE"
  bool operator==(const SettingInPlace&) const = default;
};

/// One process that came to its MPI_Init, or to its ucp_init.
struct ExaminedProcess {
  long pid = 0;
  std::string program;
  LoadedLibrary mpi;               ///< empty where it uses UCX alone
  std::vector<LoadedLibrary> ucx;  ///< each copy of UCX that is loaded
  bool singleton = false;
  std::string foreign;      ///< a variable of a launcher that this MPI does not know; "": none
  std::string spawn_fails;  ///< why, whatever sidestep does, and what to do; "": it need not
  std::string search_path;  ///< PATH, of a singleton
  std::vector<SettingInPlace> settings;  ///< the weakest first
  std::vector<Issue> issues;
  long lines = 0;      ///< read of what the library wrote in it
  long lines_all = 0;  ///< that it wrote, by its last line; 0: that is missing

  /// Whether nothing of what the library wrote was lost.
  bool is_whole() const { return lines_all && lines >= lines_all; }
  bool has_problems() const;
  /// Whether all but the process id is the same.
  bool is_like(const ExaminedProcess& other) const;
};

/// Whether any of them has problems.
bool any_has_problems(const std::vector<ExaminedProcess>& processes);

}  // namespace cli
