#pragma once
// What a program's libraries are, and what each remedy comes to in it: asked of the library itself,
// in the program, at its MPI_Init.
#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "runner/runner.hpp"

namespace cli {

struct Issue {
  std::string id;
  std::string outcome;  ///< as the report says it: "applied", "not needed", …; "wrong": settings
  std::string why;
  bool needed = false;  ///< left to the user by SIDESTEP_SKIP or SIDESTEP_DISABLE, and needed here

  /// It would hurt, and sidestep does not mend it.
  bool hurts() const { return needed || outcome == "cannot help" || outcome == "wrong"; }
  bool operator==(const Issue&) const = default;
};

struct Mapped {
  std::string version, path;
  bool operator==(const Mapped&) const = default;
};

/// Of a name that is set in several places the last one holds.
struct Setting {
  std::string name, value, where;  ///< where: "the environment", "FILE:LINE"
  bool operator==(const Setting&) const = default;
};

/// One process that came to its MPI_Init, or to its ucp_init.
struct Process {
  long pid = 0;
  std::string program;
  Mapped mpi;               ///< empty where it uses UCX alone
  std::vector<Mapped> ucx;  ///< each copy of UCX that is mapped
  bool singleton = false;
  std::string foreign;      ///< a variable of a launcher that this MPI does not know; "": none
  std::string spawn_fails;  ///< why, whatever sidestep does, and what to do; "": it need not
  std::string search_path;  ///< PATH, of a singleton
  std::vector<Setting> settings;  ///< the weakest first
  std::vector<Issue> issues;

  bool hurts() const;
  /// All but the id is the same.
  bool is_like(const Process& other) const;
};

struct Examination {
  std::vector<Process> processes;
  runner::Verdict verdict;  ///< of the command as a whole
  Words not_loaded = {};    ///< where no process was seen: which programs can have no preload
};

/// Runs the command, with no input, until each of its processes calls MPI_Init, MPI_Init_thread,
/// MPI_Session_init or ucp_init, where it is ended. Kills all of it at the deadline. Throws
/// std::runtime_error where it cannot be started.
Examination examine(const Words& command, std::chrono::milliseconds limit);

/// The lines that the library wrote. Other lines are passed over.
std::vector<Process> read_diagnosis(std::istream& lines);

/// A library asked by itself, in a process of its own: what it is, whatever it does there.
struct Answer {
  std::string version, path;
  std::string trouble;             ///< it is there, and does not load
  std::vector<Process> processes;  ///< an MPI: as examine() gives it
};

/// @param library as dlopen takes it
Answer ask_library(const std::string& library);

}  // namespace cli
