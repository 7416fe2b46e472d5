// SPDX-License-Identifier: BSD-3-Clause
// Ctrl-C at a batch program that has spawned: at most two presses end it with all that it started.
#include <signal.h>

#include "matrix/cases.hpp"

namespace tests {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto settling = 300ms;  // from "ready" to the wait that a case is about
constexpr auto between_presses = 2s;
constexpr auto limit = 10s;  // from the last press to the end of the last process

runner::Program batch(const Build& build, Shim shim, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "batch_caller.py");
  auto program = build.python(std::move(arguments), shim);
  program.input = runner::Input::terminal;
  return program;
}

/// Whether the program came so far that it can be interrupted.
bool is_ready(runner::Conversation& talk, Shim shim) {
  if (!talk.expect("ready\r\n", deadline(shim))) return false;
  talk.pause(settling);
  return true;
}

bool ends_within(runner::Conversation& talk, std::chrono::milliseconds time) {
  const auto until = Clock::now() + time;
  while (talk.running() && Clock::now() < until) talk.pause(20ms);
  return !talk.running();
}

/// "works" where all is gone in time. How a program ends at Ctrl-C is its own affair.
std::string judge_gone(runner::Conversation& talk) {
  const auto verdict = talk.finish(limit, limit);
  if (verdict.end == runner::End::hangs) return "survives two Ctrl-C";
  return verdict.left.empty() ? "works" : "leaves " + std::to_string(verdict.left.size());
}

std::string interrupt(const Build& build, Shim shim, std::vector<std::string> arguments) {
  runner::Conversation talk(batch(build, shim, std::move(arguments)));
  if (!is_ready(talk, shim)) return describe(talk.finish(0ms));
  talk.press('C');
  if (!ends_within(talk, between_presses)) talk.press('C');
  return judge_gone(talk);
}

/// The same, typed at the prompt of a shell with job control, which must have its prompt again.
std::string interrupt_in_shell(const Build& build, Shim shim, const std::string& how) {
  auto program = batch(build, shim, {});
  program.argv = {"bash", "--norc", "--noprofile", "-i"};
  program.directory = guests();
  program.environment["PS1"] = "bash> ";
  runner::Conversation talk(program);
  if (!talk.expect("bash> ", deadline(shim))) return describe(talk.finish(0ms));
  talk.type("python batch_caller.py " + how);
  if (!is_ready(talk, shim)) return describe(talk.finish(0ms));
  talk.press('C');
  if (!talk.expect("bash> ", between_presses)) {
    talk.press('C');
    if (!talk.expect("bash> ", limit)) return "survives two Ctrl-C";
  }
  talk.type("exit");
  return judge_gone(talk);
}

std::string run_own_handler(const Build& build, Shim shim) {
  const Folder folder;
  const auto end = interrupt(build, shim, {"handler", folder.path() / "handled"});
  return end == "works" && !exists(folder.path() / "handled") ? "its handler does not run" : end;
}

/// "works" where the program still runs after `time`. Ends it.
std::string judge_alive(runner::Conversation& talk, std::chrono::milliseconds time) {
  const bool ended = ends_within(talk, time);
  if (!ended) talk.signal(SIGKILL);
  const auto verdict = talk.finish(limit, limit);
  if (ended) return verdict.end == runner::End::works ? "ends" : describe(verdict);
  return verdict.left.empty() ? "works" : "leaves " + std::to_string(verdict.left.size());
}

std::string keep_alive(const Build& build, Shim shim) {
  auto program = batch(build, shim, {"heedless"});
  program.environment["SIDESTEP_INTERACTIVE"] = "1";
  runner::Conversation talk(program);
  if (!is_ready(talk, shim)) return describe(talk.finish(0ms));
  talk.press('C');
  ends_within(talk, between_presses);
  talk.press('C');
  return judge_alive(talk, 7s);
}

std::string end_as_batch(const Build& build, Shim shim) {
  auto program = batch(build, shim, {"heedless"});
  program.environment["SIDESTEP_INTERACTIVE"] = "0";
  runner::Conversation talk(program);
  if (!talk.expect("ready", deadline(shim))) return describe(talk.finish(0ms));
  talk.press('C');
  if (!talk.expect("heard", between_presses)) return describe(talk.finish(0ms));
  // A second SIGINT within the time slice of the first is the same pending signal to the relay, and
  // no person's press.
  talk.pause(settling);
  talk.press('C');
  return judge_gone(talk);
}

std::string send_signals(const Build& build, Shim shim) {
  runner::Conversation talk(batch(build, shim, {"heedless"}));
  if (!is_ready(talk, shim)) return describe(talk.finish(0ms));
  for (int i = 0; i < 2; ++i) {
    kill(-talk.pid(), SIGINT);  // all of its group, as timeout(1) and Jupyter do
    if (!talk.expect("heard", 2s)) return describe(talk.finish(0ms));
  }
  return judge_alive(talk, 4s);
}

Case ends(const std::string& title, const std::string& how) {
  return {"batch", title,
          [how](const Build& build, Shim shim) { return interrupt(build, shim, {how}); }};
}

}  // namespace

std::vector<Case> batch_cases() {
  return {
      ends("Ctrl-C ends a script that computes", "compute"),
      ends("Ctrl-C ends a script that waits in a receive", "receive"),
      ends("Ctrl-C ends a script that waits in a disconnect", "disconnect"),
      {"batch", "Ctrl-C ends a script that waits in MPI_Finalize",
       [](const Build& build, Shim shim) { return interrupt(build, shim, {"finalize"}); },
       [](const Build& build) {  // the others do not wait there
         return !build.is("4.3.1") && !build.is("4.3.2") && !build.is("5.0.2");
       }},
      ends("Ctrl-C ends a program that does not handle SIGINT", "default"),
      {"batch", "Ctrl-C ends a script started from a shell's prompt",
       [](const Build& build, Shim shim) { return interrupt_in_shell(build, shim, "receive"); }},
      {"batch", "Ctrl-C runs the script's own handler first", run_own_handler},
      {"batch", "SIDESTEP_INTERACTIVE=1 keeps a script through two Ctrl-C", keep_alive,
       [](const Build& build) { return build.is("4.2.3"); }},
      {"batch", "SIDESTEP_INTERACTIVE=0: two Ctrl-C end a script that heeds none", end_as_batch,
       [](const Build& build) { return build.is("4.2.3"); }},
      {"batch", "SIGINT by kill leaves the script to its own handler", send_signals},
  };
}

}  // namespace tests
