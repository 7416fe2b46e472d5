// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Runs a program as a user would: on a real terminal, with a pipe, with a closed stdin, under a
// deadline, and says how it ended and what it left behind. It knows nothing of MPI.
//
// Every run has a supervisor of its own: a small process between the runner and the program, in
// its own session, that adopts every orphan below it (PR_SET_CHILD_SUBREAPER). So a process
// belongs to a run exactly when it descends from the supervisor, whatever it did to its session,
// its parents or its environment, and all of it is killed even when the runner itself is.

#include <sys/types.h>
#include <termios.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runner/program.hpp"
#include "runner/verdict.hpp"

namespace runner {

/// Runs the program to its end, or kills it and all that it started at the deadline; then waits up
/// to `grace` for what it left behind, and kills that. A program that fails or is killed is called
/// so, even where it leaves processes too. Throws std::system_error where the program cannot be
/// started (named in the message) or the runner cannot work.
Verdict run(const Program& program, milliseconds deadline,
            milliseconds grace = milliseconds(10000));

/// A program that is spoken to step by step. Every wait reads on meanwhile, and answers the
/// terminal's cursor position where the program asks for it, as prompt_toolkit does.
class Conversation {
 public:
  /// Starts the program. Throws as run() does.
  explicit Conversation(const Program& program);
  Conversation(Conversation&&) noexcept;
  Conversation& operator=(Conversation&&) noexcept;
  /// Ends everything that it started.
  ~Conversation();

  /// Waits until the text appears in what was printed since the last match, and moves past it.
  /// False: the deadline passed, or the program ended without it.
  bool expect(std::string_view text, milliseconds deadline);

  /// Types a line key by key, 10 ms apart, because readline loses the end of a burst; then Return
  /// (a newline, where stdin is a pipe).
  void type(std::string_view line);

  /// Gives the program these bytes as they are. Does not wait until they are read.
  void send(std::string_view bytes);

  /// Types Ctrl and this key: 'C', 'Z', 'D', '\\'. On a pipe only 'D' has a meaning: it closes the
  /// pipe, once all is written. (A pipe with an input_text closes by itself, every pipe at finish.)
  void press(char key);

  /// Lets time pass.
  void pause(milliseconds time);

  /// Closes the terminal, as a closed window does.
  void hang_up();

  /// Sends a signal to the program itself, if it has not ended.
  void signal(int number);

  /// Whether the program itself has not ended.
  bool running();

  pid_t pid() const;

  /// The terminal's modes, also after the program's end. Throws std::system_error where there is no
  /// terminal, or no more.
  termios modes();

  /// The terminal's foreground process group; -1 where there is no terminal.
  pid_t foreground_group();

  /// All that was printed until now.
  const std::string& output();

  /// "pid comm args" of every living process of this run, the program itself included. Zombies are
  /// not alive.
  std::vector<std::string> processes();

  /// Waits for the end of the program, at most until the deadline (from now), then up to `grace`
  /// for all its processes to be gone. After it nothing of the run lives. Called again it gives the
  /// same verdict.
  Verdict finish(milliseconds deadline, milliseconds grace = milliseconds(10000));

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace runner
