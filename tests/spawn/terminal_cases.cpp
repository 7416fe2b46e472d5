// SPDX-License-Identifier: BSD-3-Clause
// People at a prompt: they type on after a spawn, press Ctrl-C and Ctrl-Z, and want their terminal
// back as it was.
#include <algorithm>
#include <tuple>

#include "matrix/cases.hpp"
#include "support/text.hpp"

namespace tests {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

struct Kind {
  std::string name;
  std::vector<std::string> argv;
  std::string prompt;
  std::string leave;             ///< what is typed at the end
  int status = 0;                ///< what it then ends with
  bool says_interrupted = true;  ///< at Ctrl-C; IPython only empties the line
};

const Kind ipython{"IPython",
                   {"ipython", "--no-simple-prompt", "--no-confirm-exit", "--colors=NoColor",
                    "--no-banner", "--HistoryManager.enabled=False"},
                   "In [",
                   "exit",
                   0,
                   false};
const Kind python{"python -i", {"python", "-q", "-i"}, ">>> ", "exit(3)", 3};
const Kind shell{"bash", {"bash", "--norc", "-i"}, "bash> ", "exit"};

/// Waits for a line first, so that one can look at the terminal before the program does.
std::vector<std::string> held(const std::vector<std::string>& argv) {
  std::vector<std::string> held{"sh", "-c", "read go && exec \"$@\"", "sh"};
  held.insert(held.end(), argv.begin(), argv.end());
  return held;
}

/// A prompt on a terminal. After a step that failed, nothing more is typed.
class Session {
 public:
  /// @param argv how `kind` is started
  /// @param slow how much time the steps take by themselves
  Session(const Kind& kind, const std::vector<std::string>& argv, const Build& build, Shim shim,
          milliseconds slow = 0ms)
      : shim_(shim),
        end_(Clock::now() + deadline(shim) + slow),
        kind_(kind),
        talk_(program(argv, build, shim)) {}
  Session(const Kind& kind, const Build& build, Shim shim, milliseconds slow = 0ms)
      : Session(kind, kind.argv, build, shim, slow) {
    await_prompt();
  }

  runner::Conversation& terminal() { return talk_; }
  void becomes(const Kind& kind) { kind_ = kind; }

  void await_prompt() { await(kind_.prompt, "shows no prompt"); }

  /// Types a line, and waits for what it prints and for the next prompt.
  void type(const std::string& line, const std::string& answer,
            const std::string& otherwise = "loses input") {
    start(line, answer, otherwise);
    await_prompt();
  }
  /// Types a line that prints something and is not done then.
  void start(const std::string& line, const std::string& answer, const std::string& otherwise) {
    if (!happened_.empty()) return;
    talk_.type(line);
    await(answer, otherwise);
  }

  void spawn() {
    type("from terminal_children import *", "ready");
    type("spawn()", "mpi4py.MPI.Intercomm", "hangs");
  }
  void ask() { type("ask('children')", "nerdlihc", "the children do not answer"); }

  void press(char key, const std::string& answer, const std::string& otherwise) {
    if (!happened_.empty()) return;
    talk_.press(key);
    await(answer, otherwise);
  }
  void interrupt() {
    // Python hears a press between showing its prompt and waiting for keys only at the next key.
    terminal().pause(200ms);
    press('C', "KeyboardInterrupt", "Ctrl-C does nothing");
    await_prompt();
  }

  /// Begins a line and thinks better of it.
  void interrupt_typing() {
    if (!happened_.empty()) return;
    talk_.send("half a");
    if (kind_.says_interrupted) return interrupt();
    talk_.pause(200ms);
    talk_.press('C');
    talk_.pause(200ms);
  }

  /// Says what happened, unless a step said so before.
  void check(bool as_wanted, const std::string& otherwise) {
    if (happened_.empty() && !as_wanted) happened_ = otherwise;
  }

  /// Ends the prompt.
  void leave() {
    if (!happened_.empty()) return;
    talk_.type(kind_.leave);
    const auto end = judge(finish(), {}, kind_.status);
    check(end == "works", end);
  }
  /// Ends the children, then the prompt.
  void stop_and_leave() {
    type("stop()", "stopped", "the children do not stop");
    leave();
  }

  std::string happened() const { return happened_.empty() ? "works" : happened_; }

 private:
  runner::Program program(const std::vector<std::string>& argv, const Build& build, Shim shim) {
    auto it = build.program(argv, shim);
    it.environment["LD_LIBRARY_PATH"] = {};  // Python finds its libmpi as a user's does
    it.environment["IPYTHONDIR"] = home_.path() / "ipython";
    it.environment["HOME"] = home_.path();  // Python's history
    it.environment["PYTHONPATH"] = guests();
    it.environment["PYTHONDONTWRITEBYTECODE"] = "1";
    it.environment["PYTHONSTARTUP"] = {};
    it.environment["PS1"] = shell.prompt;
    it.input = runner::Input::terminal;
    return it;
  }

  runner::Verdict finish() {
    // Without the shim what is left behind is of no interest, and often is much.
    return talk_.finish(left(), shim_ == Shim::with ? 10s : 1s);
  }
  milliseconds left() const {
    return std::max(0ms, std::chrono::ceil<milliseconds>(end_ - Clock::now()));
  }

  void await(const std::string& text, const std::string& otherwise) {
    if (!happened_.empty() || talk_.expect(text, left())) return;
    if (!talk_.running())
      happened_ = runner::describe(finish());
    else if (has(talk_.output(), "Killed"))  // says the shell
      happened_ = runner::describe({.end = runner::End::killed, .number = 9});
    else
      happened_ = otherwise;
  }

  Shim shim_;
  Clock::time_point end_;
  Folder home_;
  Kind kind_;
  runner::Conversation talk_;
  std::string happened_ = {};  // what went wrong
};

std::string types_on(const Kind& kind, const Build& build, Shim shim) {
  Session session(kind, build, shim);
  session.spawn();
  for (int i = 0; i < 20; ++i) session.type("7000+" + std::to_string(i), std::to_string(7000 + i));
  session.ask();
  session.stop_and_leave();
  return session.happened();
}

bool same(const termios& one, const termios& other) {
  const auto flags = [](const termios& modes) {
    return std::tuple(modes.c_iflag, modes.c_oflag, modes.c_cflag, modes.c_lflag);
  };
  return flags(one) == flags(other) && std::ranges::equal(one.c_cc, other.c_cc);
}

std::string keeps_terminal(const Kind& kind, const Build& build, Shim shim) {
  Session session(kind, held(kind.argv), build, shim);
  auto& terminal = session.terminal();
  const termios at_first = terminal.modes();
  terminal.send("\r");
  session.await_prompt();
  const termios at_prompt = terminal.modes();
  const pid_t group = terminal.foreground_group();
  session.spawn();
  session.check(same(terminal.modes(), at_prompt), "changes the terminal's modes");
  session.check(terminal.foreground_group() == group, "changes the foreground group");
  session.stop_and_leave();
  session.check(same(terminal.modes(), at_first), "leaves the terminal's modes changed");
  return session.happened();
}

std::string interrupts_at_prompt(const Kind& kind, const Build& build, Shim shim) {
  Session session(kind, build, shim);
  session.spawn();
  session.interrupt_typing();
  session.ask();
  session.interrupt_typing();
  session.interrupt_typing();
  session.ask();
  session.stop_and_leave();
  return session.happened();
}

std::string interrupts_receive(const Kind& kind, const Build& build, Shim shim) {
  Session session(kind, build, shim);
  session.spawn();
  session.start("late(1)", "waiting", "loses input");
  session.interrupt();
  session.ask();
  session.stop_and_leave();
  return session.happened();
}

/// The first line of all spawns and receives: that it was typed at a prompt must be known before.
/// The answer takes longer than a batch program is given after the second press.
std::string interrupts_first_line(const Kind& kind, const Build& build, Shim shim) {
  Session session(kind, build, shim, 4s);
  session.start("from terminal_children import *; spawn(); late(4)", "waiting", "hangs");
  auto& terminal = session.terminal();
  terminal.pause(200ms);
  terminal.press('C');
  terminal.pause(200ms);
  session.interrupt();
  session.ask();
  session.stop_and_leave();
  return session.happened();
}

std::string stops_and_continues(const Build& build, Shim shim) {
  Session session(shell, build, shim);
  session.becomes(python);
  session.type("python -q -i", "");
  session.spawn();
  session.becomes(shell);
  session.press('Z', "Stopped", "Ctrl-Z does nothing");
  session.await_prompt();
  session.becomes(python);
  session.start("fg", "python -q -i", "fg does nothing");
  session.ask();
  session.type("stop()", "stopped", "the children do not stop");
  session.becomes(shell);
  session.type("exit(3)", "");
  session.type("echo status=$?", "status=3", "loses the exit status");
  session.leave();
  return session.happened();
}

std::string run_notebook(const Build& build, Shim shim) {
  return judge(run(build.python({"kernel_session.py"}, shim), 3 * deadline(shim)),
               "born\ninterrupted\nrestarted\n");
}

using Run = std::string (*)(const Kind&, const Build&, Shim);

Case with(const Kind& kind, const std::string& title, Run run) {
  return {"terminal", title + " (" + kind.name + ")",
          [&kind, run](const Build& build, Shim shim) { return run(kind, build, shim); }};
}

}  // namespace

std::vector<Case> terminal_cases() {
  std::vector<Case> cases;
  for (const Kind* kind : {&ipython, &python}) {
    cases.push_back(with(*kind, "lines typed after the spawn", types_on));
    cases.push_back(with(*kind, "the terminal stays as it was", keeps_terminal));
    cases.push_back(with(*kind, "Ctrl-C at the prompt, once and twice", interrupts_at_prompt));
    cases.push_back(with(*kind, "Ctrl-C during a receive", interrupts_receive));
    cases.push_back(
        with(*kind, "Ctrl-C twice, spawn and receive in the first line", interrupts_first_line));
  }
  cases.push_back({"terminal", "Ctrl-Z and fg", stops_and_continues});
  // scripts/lib/mpi-builds.txt has the kernel for some.
  cases.push_back({"terminal", "a notebook: spawn, interrupt, restart", run_notebook,
                   [](const Build& build) { return exists(build.prefix / "bin/jupyter-kernel"); }});
  return cases;
}

}  // namespace tests
