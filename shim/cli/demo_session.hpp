// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What `sidestep demo` shows: a person at a shell on a terminal, who starts a program and types.
#include <chrono>
#include <string>
#include <vector>

#include "runner/program.hpp"

namespace cli {

/// What is typed once the program shows its prompt, and what has to come.
struct Typed {
  std::string text;    ///< a line; "^C": Ctrl-C
  std::string answer;  ///< "": the prompt alone
};

/// A program with a known problem, as a person meets it.
struct Scene {
  std::string title;    ///< "a line typed after MPI_Comm_spawn"
  std::string program;  ///< what follows the name of the interpreter: "-q -i parent.py"
  std::vector<Typed> typed = {};
  int status = 0;                       ///< what it ends with
  std::vector<std::string> shows = {};  ///< what it has to print
  std::string alarm = {};               ///< what it must not print
};

/// A shell on a terminal. Its prompt is "$ "; before each it adds $? to a file.
struct Shell {
  runner::Program program;
  std::string statuses;  ///< that file
};

/// What came of it.
struct Played {
  std::string command;  ///< what was typed at the shell
  std::string screen;   ///< all that came, without control characters; keys that nothing echoed
                        ///< stand in it as <6> and <Ctrl-C>
  std::string ended;    ///< "works", "killed by SIGKILL", "hangs", "exit 3", "leaves 2 processes"
  std::chrono::milliseconds took{0};

  bool works() const { return ended == "works"; }
};

/// Plays the scene. What the program started is ended with it.
/// @param start typed before the scene's program: "sidestep run python"
/// @param patience how long nothing may come, before that is called a hang
/// Throws std::system_error where the shell cannot be started.
Played play(const Scene& scene, const Shell& shell, const std::string& start,
            std::chrono::milliseconds patience);

}  // namespace cli
