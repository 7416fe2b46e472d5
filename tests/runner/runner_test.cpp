// SPDX-License-Identifier: BSD-3-Clause
#include "runner/runner.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <system_error>
#include <thread>

#include "runner/test_programs.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"

namespace runner {

using namespace std::chrono_literals;

TEST_CASE("a program that ends well works", "[runner]") {
  const Verdict verdict = run(shell("echo out; echo err >&2"), 10s);
  CHECK(describe(verdict) == "works");
  CHECK(verdict.output == "out\nerr\n");
  CHECK(verdict.left.empty());
}

TEST_CASE("an exit status is kept", "[runner]") {
  const Verdict verdict = run(shell("exit 3"), 10s);
  CHECK(verdict.end == End::exited);
  CHECK(verdict.number == 3);
  CHECK(describe(verdict) == "exit 3");
}

TEST_CASE("a signal that killed is named", "[runner]") {
  CHECK(describe(run(shell("kill -9 $$"), 10s)) == "killed by SIGKILL");
  CHECK(describe(run(shell("kill -SEGV $$"), 10s)) == "killed by SIGSEGV");
  CHECK(describe(run(shell("kill -TERM 0"), 10s)) == "killed by SIGTERM");
}

TEST_CASE("what hangs is ended at the deadline, with all that it started", "[runner]") {
  const Verdict verdict = run(
      shell("trap '' TERM INT HUP; setsid sleep 71.5 & echo $!; while :; do sleep 1; done"), 500ms);
  CHECK(describe(verdict) == "hangs");
  CHECK(verdict.took >= 500ms);
  CHECK(verdict.took < 5s);
  CHECK(verdict.left.size() >= 2);
  CHECK_FALSE(alive(std::stoi(verdict.output)));
}

TEST_CASE("the end is reported at once, not at the deadline", "[runner]") {
  const Verdict verdict = run(shell("sleep 0.2"), 1h);
  CHECK(verdict.took >= 200ms);
  CHECK(verdict.took < 5s);
}

TEST_CASE("processes that were left behind are found, named and killed", "[runner]") {
  const std::string scripts[] = {
      "sleep 71.5 & echo $!",
      "setsid sleep 71.5 & echo $!",
      "(setsid sh -c 'sleep 71.5 & echo $!' &)",
      "env -i setsid sleep 71.5 & echo $!",
      "sleep 71.5 & echo $!; sleep 0.2; kill -STOP $!",
  };
  for (const std::string& script : scripts) {
    INFO(script);
    const auto start = std::chrono::steady_clock::now();
    const Verdict verdict = run(shell(script + "; sleep 0.2"), 10s, 100ms);
    CHECK(describe(verdict) == "leaves 1 process");
    REQUIRE(verdict.left.size() == 1);
    const pid_t pid = std::stoi(verdict.output);
    CHECK(verdict.left[0] == std::to_string(pid) + " sleep sleep 71.5");
    CHECK_FALSE(alive(pid));
    CHECK(std::chrono::steady_clock::now() - start < 10s);
  }
}

TEST_CASE("what goes away within the grace was not left behind", "[runner]") {
  const Verdict verdict = run(shell("(sleep 0.5; echo late) & echo early"), 10s, 30s);
  CHECK(describe(verdict) == "works");
  CHECK(verdict.output == "early\nlate\n");
  CHECK(verdict.took < 10s);
}

TEST_CASE("orphans are reaped, and zombies are no processes", "[runner]") {
  Conversation talk(shell("(sh -c 'kill -9 $$' &); true & echo ready; exec sleep 71.5"));
  REQUIRE(talk.expect("ready", 10s));
  talk.pause(200ms);
  const auto living = talk.processes();  // not the child that sleep never waits for
  REQUIRE(living.size() == 1);
  CHECK(living[0] == std::to_string(talk.pid()) + " sleep sleep 71.5");
  talk.signal(SIGINT);
  CHECK(describe(talk.finish(10s)) == "killed by SIGINT");
  CHECK(waitpid(-1, nullptr, WNOHANG) == -1);  // the runner has no child any more, dead or alive
}

TEST_CASE("100,000 lines go through a pipe and back", "[runner]") {
  Program program{{"cat"}};
  program.input = Input::pipe;
  for (int i = 0; i < 100000; ++i) program.input_text += "line " + std::to_string(i) + "\n";
  const Verdict verdict = run(program, 60s);
  CHECK(describe(verdict) == "works");
  CHECK((verdict.output == program.input_text));
}

TEST_CASE("a program that does not read its pipe blocks no other", "[runner]") {
  Program program = shell("exec <&-; echo deaf; sleep 0.2", Input::pipe);
  program.input_text.assign(10'000'000, 'x');
  const Verdict verdict = run(program, 10s);
  CHECK(describe(verdict) == "works");
  CHECK(verdict.output == "deaf\n");
}

TEST_CASE("stdin is what was asked for", "[runner]") {
  const std::string kind = "readlink /proc/self/fd/0 || echo closed";
  CHECK(run(shell(kind, Input::null), 10s).output == "/dev/null\n");
  CHECK(run(shell(kind, Input::closed), 10s).output == "closed\n");
  CHECK(run(shell(kind, Input::pipe), 10s).output.substr(0, 5) == "pipe:");
  CHECK(run(shell(kind, Input::terminal), 10s).output.substr(0, 9) == "/dev/pts/");
  Program file = shell("test -f /dev/stdin && cat", Input::file);
  file.input_text = std::string(300000, 'y');
  CHECK((run(file, 10s).output == file.input_text));
}

TEST_CASE("the program starts clean", "[runner]") {
  const int stray = open("/dev/null", O_RDONLY);  // no O_CLOEXEC
  sigset_t mask, before;
  sigemptyset(&mask);
  sigaddset(&mask, SIGUSR1);
  sigprocmask(SIG_BLOCK, &mask, &before);
  const auto handler = signal(SIGUSR2, SIG_IGN);
  // Not sh, which sets its own; a listing has one descriptor more, that of the folder.
  const Verdict signals = run(Program{{"grep", "-E", "Sig(Blk|Ign)", "/proc/self/status"}}, 10s);
  const Verdict descriptors = run(Program{{"ls", "/proc/self/fd"}}, 10s);
  signal(SIGUSR2, handler);
  sigprocmask(SIG_SETMASK, &before, nullptr);
  close(stray);
  CHECK(signals.output == "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
  CHECK(descriptors.output == "0\n1\n2\n3\n");
}

TEST_CASE("environment and directory are the program's own", "[runner]") {
  setenv("RUNNER_TEST_OLD", "old", 1);
  Program program = shell("echo $RUNNER_TEST_NEW-${RUNNER_TEST_OLD-none}; pwd");
  program.environment = {{"RUNNER_TEST_NEW", "new"}, {"RUNNER_TEST_OLD", std::nullopt}};
  program.directory = "/usr";
  CHECK(run(program, 10s).output == "new-none\n/usr\n");
  CHECK(run(shell("echo $RUNNER_TEST_OLD"), 10s).output == "old\n");
}

TEST_CASE("a program that cannot start is an error that names it", "[runner]") {
  Program elsewhere = shell("true");
  elsewhere.directory = "/no/such/folder";
  const std::pair<Program, std::string> bad[] = {
      {Program{{"/no/such/program"}}, "/no/such/program"},
      {Program{{"no-such-program"}}, "no-such-program"},
      {elsewhere, "/no/such/folder"}};
  for (const auto& [program, name] : bad) {
    INFO(name);
    std::string message;
    try {
      run(program, 10s);
    } catch (const std::system_error& error) {
      CHECK(error.code() == std::errc::no_such_file_or_directory);
      message = error.what();
    }
    CHECK(has(message, name));
  }
}

TEST_CASE("a terminal is a terminal", "[runner]") {
  const Verdict verdict = run(shell("test -t 0 && test -t 1 && test -t 2 && : >/dev/tty &&"
                                    "stty size && echo $TERM",
                                    Input::terminal),
                              10s);
  CHECK(describe(verdict) == "works");
  CHECK(verdict.output == "24 80\r\nxterm\r\n");
  CHECK(run(shell("test -t 1"), 10s).number == 1);
}

TEST_CASE("nothing printed on a terminal before the end is lost", "[runner]") {
  const Verdict verdict = run(shell("seq 100000", Input::terminal), 60s);
  CHECK(describe(verdict) == "works");
  CHECK(verdict.output.size() == 688895);
  CHECK(verdict.output.substr(verdict.output.size() - 8) == "100000\r\n");
}

TEST_CASE("several runs at once do not mix", "[runner]") {
  std::vector<std::thread> threads;
  std::vector<Verdict> verdicts(8);
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    threads.emplace_back([i, &verdicts] {
      verdicts[i] = run(shell("sleep 71.5 & sleep 0.2; exit " + std::to_string(i)), 20s, 50ms);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    CHECK(verdicts[i].number == static_cast<int>(i));
    CHECK(verdicts[i].left.size() == 1);
  }
}

}  // namespace runner
