// SPDX-License-Identifier: BSD-3-Clause
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <system_error>

#include "runner/runner.hpp"
#include "runner/test_programs.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"

namespace runner {

using namespace std::chrono_literals;

TEST_CASE("Ctrl-C interrupts, Ctrl-D ends", "[runner]") {
  Conversation first(on_terminal({"cat"}));
  first.type("hello");
  REQUIRE(first.expect("hello\r\nhello\r\n", 10s));  // the echo, then cat
  CHECK(first.running());
  first.press('C');
  CHECK(describe(first.finish(10s)) == "killed by SIGINT");
  CHECK_FALSE(first.running());

  Conversation second(on_terminal({"cat"}));
  second.press('D');
  CHECK(describe(second.finish(10s)) == "works");
}

TEST_CASE("Ctrl-Z stops a job, fg resumes it", "[runner]") {
  Program program = on_terminal({"bash", "--norc", "--noprofile", "-i"});
  program.environment = {{"PS1", "READY> "}};
  Conversation talk(program);
  REQUIRE(talk.expect("READY> ", 10s));
  CHECK(talk.foreground_group() == talk.pid());
  talk.type("cat");
  for (int i = 0; i < 1000 && talk.foreground_group() == talk.pid(); ++i) talk.pause(10ms);
  CHECK(talk.foreground_group() != talk.pid());
  talk.type("once");  // until cat answers, it is bash's own child, which ignores Ctrl-Z
  REQUIRE(talk.expect("once\r\nonce\r\n", 10s));
  talk.press('Z');
  REQUIRE(talk.expect("Stopped", 10s));
  REQUIRE(talk.expect("READY> ", 10s));
  CHECK(talk.processes().size() == 2);
  talk.type("fg");
  REQUIRE(talk.expect("cat\r\n", 10s));  // what is being typed
  for (int i = 0; i < 1000 && talk.foreground_group() == talk.pid(); ++i) talk.pause(10ms);
  talk.type("again");
  REQUIRE(talk.expect("again\r\nagain\r\n", 10s));
  talk.press('C');
  REQUIRE(talk.expect("READY> ", 10s));
  talk.type("exit 5");
  CHECK(describe(talk.finish(10s)) == "exit 5");
}

TEST_CASE("a closed window hangs up", "[runner]") {
  Conversation talk(on_terminal({"sh", "-c", "sleep 71.5 & echo $!; cat"}));
  REQUIRE(talk.expect("\r\n", 10s));
  CHECK((talk.modes().c_lflag & ICANON) != 0);
  talk.hang_up();
  CHECK(describe(talk.finish(10s, 0ms)) == "killed by SIGHUP");
  CHECK(talk.foreground_group() == -1);
  CHECK_THROWS_AS(talk.modes(), std::system_error);
}

TEST_CASE("a Python prompt is typed at", "[runner]") {
  Program program = on_terminal({"python3", "-i", "-q", "-c", "import termios"});
  program.environment = {{"PYTHON_BASIC_REPL", "1"}};
  Conversation talk(program);
  REQUIRE(talk.expect(">>> ", 30s));
  talk.type("print(6 * 7)");
  CHECK(talk.expect("\n42\r\n", 10s));
  CHECK_FALSE(talk.expect("42", 100ms));  // a match is moved past
  talk.type("exit(4)");
  CHECK_FALSE(talk.expect("never printed", 1h));  // it ends: no need to wait
  CHECK(describe(talk.finish(10s)) == "exit 4");
}

TEST_CASE("a query for the cursor's position gets an answer", "[runner]") {
  const std::string ask = R"(stty -icanon -echo min 6; printf 'where? \033['; sleep 0.1
                             printf '6n'; dd bs=6 count=1 2>/dev/null | od -An -c)";
  const Verdict verdict = run(shell(ask, Input::terminal), 10s);
  CHECK(describe(verdict) == "works");
  CHECK(has(verdict.output, "033   [   1   ;   1   R"));
}

TEST_CASE("a pipe is spoken to as well", "[runner]") {
  Program program = shell("read a; echo got $a; cat", Input::pipe);
  Conversation talk(program);
  talk.type("one");
  REQUIRE(talk.expect("got one\n", 10s));
  talk.send("two");
  REQUIRE(talk.expect("two", 10s));
  CHECK(talk.running());
  talk.press('D');
  CHECK(describe(talk.finish(10s)) == "works");
}

TEST_CASE("a conversation that is dropped leaves nothing", "[runner]") {
  pid_t child = 0, program = 0;
  {
    Conversation talk(shell("trap '' HUP TERM; setsid sleep 71.5 & echo $! .; wait; wait"));
    REQUIRE(talk.expect(" .\n", 10s));
    program = talk.pid();
    child = std::stoi(talk.output());
    CHECK(alive(child));
    Conversation moved = std::move(talk);
    CHECK(moved.running());
  }
  CHECK_FALSE(alive(program));
  CHECK_FALSE(alive(child));
}

TEST_CASE("a runner that is killed leaves nothing", "[runner]") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t other = fork();
  if (other == 0) {
    Conversation talk(shell("setsid sleep 71.5 & echo $! .; wait"));
    talk.expect(" .\n", 10s);
    const pid_t pids[2] = {talk.pid(), static_cast<pid_t>(std::stoi(talk.output()))};
    [[maybe_unused]] const auto written = write(ends[1], pids, sizeof pids);
    pause();
    _exit(1);
  }
  pid_t pids[2] = {};
  CHECK(read(ends[0], pids, sizeof pids) == sizeof pids);
  close(ends[0]);
  close(ends[1]);
  const bool lived = alive(pids[0]) && alive(pids[1]);
  kill(other, SIGKILL);
  waitpid(other, nullptr, 0);
  CHECK(lived);
  CHECK(dies_within(pids[0], 10s));
  CHECK(dies_within(pids[1], 10s));
}

}  // namespace runner
