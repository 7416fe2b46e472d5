// SPDX-License-Identifier: BSD-3-Clause
// However the caller or a child ends: all that was started is gone, the shell around it lives, and
// the exit code is the caller's own.
#include <signal.h>

#include "matrix/cases.hpp"

namespace tests {
namespace {

/// The caller in a shell, which is killed too where the caller's whole process group is.
std::string end_in_shell(const Build& build, Shim shim, const std::string& how, int code) {
  auto program = build.python({"end_caller.py", how}, shim);
  program.argv.insert(program.argv.begin(), {"sh", "-c", "\"$@\"; echo \"alive $?\"", "sh"});
  return judge(run(program, deadline(shim)), "alive " + std::to_string(code) + "\n");
}

Case ends(const std::string& title, const std::string& how, int code) {
  return {"end", title, [how, code](const Build& build, Shim shim) {
            return end_in_shell(build, shim, how, code);
          }};
}

std::string close_terminal(const Build& build, Shim shim) {
  auto program = build.python({"end_caller.py", "wait"}, shim);
  program.input = runner::Input::terminal;
  runner::Conversation talk(program);
  if (!talk.expect("ready\r\n", deadline(shim))) return describe(talk.finish(0ms));
  talk.hang_up();
  const auto verdict = talk.finish(10s);
  if (verdict.end == runner::End::killed && verdict.number == SIGHUP)
    return verdict.left.empty() ? "works" : "leaves processes";
  return judge(verdict);
}

}  // namespace

std::vector<Case> end_cases() {
  return {
      ends("ends after MPI_Comm_disconnect", "disconnect", 7),
      ends("ends without a disconnect", "finalize", 7),
      ends("ends by _exit(5), children at work", "exit", 5),
      ends("ends by SIGTERM, children at work", "term", 128 + SIGTERM),
      ends("ends by SIGKILL, children at work", "kill", 128 + SIGKILL),
      {"end", "its terminal is closed, children at work", close_terminal},
      ends("a child calls MPI_Abort", "child-aborts", 7),
      ends("a child is killed", "child-killed", 7),
      ends("the children's program does not exist: an MPI error", "missing", 7),
  };
}

}  // namespace tests
