// SPDX-License-Identifier: BSD-3-Clause
// run: the program's own life, untouched.
#include <csignal>

#include "cli/sidestep.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"

using cli_test::sidestep;

TEST_CASE("run keeps every exit status", "[command]") {
  for (int status = 0; status < 256; ++status) {
    const auto verdict = sidestep({"run", "sh", "-c", "exit " + std::to_string(status)});
    INFO(status << ": " << verdict.output);
    CHECK(verdict.number == status);
    CHECK(verdict.end == (status ? runner::End::exited : runner::End::works));
  }
}

TEST_CASE("run keeps the death by every signal", "[command]") {
  for (int number = 1; number <= SIGRTMAX; ++number) {
    if (number == SIGCHLD || number == SIGCONT || number == SIGURG || number == SIGWINCH ||
        number == SIGSTOP || number == SIGTSTP || number == SIGTTIN || number == SIGTTOU ||
        (number > 31 && number < SIGRTMIN))
      continue;  // those end nobody
    const auto verdict =
        sidestep({"run", "--", "sh", "-c", "ulimit -c 0; kill -" + std::to_string(number) + " $$"});
    INFO(number << ": " << verdict.output);
    CHECK(verdict.end == runner::End::killed);
    CHECK(verdict.number == number);
  }
}

TEST_CASE("run passes every argument on as it is", "[command]") {
  const std::vector<std::string> arguments = {"a b",  "",     "it's \"so\"", "two\nlines", "--",
                                              "-h",   "\\",   "$HOME",       "*",          "--help",
                                              "list", "\xff", "--version"};
  std::vector<std::string> command = {"run", "printf", "[%s]"};
  std::string expected;
  for (const auto& argument : arguments) {
    command.push_back(argument);
    expected += "[" + argument + "]";
  }
  CHECK(sidestep(command).output == expected);
  command.insert(command.begin() + 1, "--");
  CHECK(sidestep(command).output == expected);
}

TEST_CASE("run's own options are settings, and win over the environment", "[command]") {
  const tests::Folder folder;
  const auto settings = [&](std::vector<std::string> options, const std::string& name,
                            const cli_test::Environment& environment = {}) {
    options.insert(options.begin(), "run");
    options.insert(options.end(), {"sh", "-c", "printf %s \"$" + name + "\""});
    return sidestep(options, environment).output;
  };
  CHECK(settings({"--verbose"}, "SIDESTEP_VERBOSE", {{"SIDESTEP_VERBOSE", "0"}}) == "1");
  CHECK(settings({}, "SIDESTEP_VERBOSE", {{"SIDESTEP_VERBOSE", "0"}}) == "0");
  CHECK(settings({"--skip", "spawn-stdin,ucx-sighup", "--"}, "SIDESTEP_SKIP",
                 {{"SIDESTEP_SKIP", "spawn-relay"}}) == "spawn-stdin,ucx-sighup");
  CHECK(settings({"--skip=spawn-stdin"}, "SIDESTEP_SKIP") == "spawn-stdin");
  CHECK(settings({}, "SIDESTEP_SKIP", {{"SIDESTEP_SKIP", "spawn-relay"}}) == "spawn-relay");
  const auto report = (folder.path() / "report").string();
  CHECK(settings({"--report", report, "--verbose"}, "SIDESTEP_REPORT",
                 {{"SIDESTEP_REPORT", "x"}}) == report);
  const auto here = std::filesystem::current_path() / "here";
  CHECK(settings({"--report=here"}, "SIDESTEP_REPORT") == here.string());
}

TEST_CASE("run says what it cannot run", "[command]") {
  const tests::Folder folder;
  const auto file = folder.write("text", "no program").string();
  CHECK(sidestep({"run"}).output ==
        "sidestep: run needs a command: sidestep run [OPTIONS] [--] COMMAND [ARGUMENT...]\n");
  CHECK(sidestep({"run"}).number == 125);
  CHECK(sidestep({"run", "no-such-program"}).number == 127);
  const auto verdict = sidestep({"run", file});
  CHECK(verdict.output == "sidestep: " + file + ": Permission denied\n");
  CHECK(verdict.number == 126);
}

TEST_CASE("run says which program runs without the library", "[command]") {
  const tests::Folder folder;
  const auto program = folder.write("program", "#!/bin/sh\n", true);
  std::filesystem::permissions(program, std::filesystem::perms::set_uid,
                               std::filesystem::perm_options::add);
  const auto said = [&](const std::string& path) {
    return runner::run({.argv = {tests::command(), "run", "program"},
                        .environment = {{"LD_PRELOAD", {}}, {"PATH", path}},
                        .directory = folder.path()},
                       std::chrono::seconds(60))
        .output;
  };
  const auto here = folder.path().string();
  CHECK(has(said(here), "sidestep: " + here + "/program is set-user-id: "));
  for (const char* path : {"/nonexistent:", "/nonexistent::/bin", ":/bin", ""}) {
    INFO(path);
    CHECK(has(said(path), "sidestep: ./program is set-user-id: "));
  }
}

TEST_CASE("run refuses to put into LD_PRELOAD what the loader would split", "[command]") {
  const tests::Folder folder;
  for (const std::string name : {"with blank", "with:colon"}) {
    const auto prefix = folder.path() / name;
    for (const auto& file : {tests::command(), tests::library()}) {
      const auto there = prefix / file.parent_path().filename();
      std::filesystem::create_directories(there);
      std::filesystem::copy(file, there);
    }
    const auto verdict =
        runner::run({.argv = {prefix / "bin/sidestep", "run", "true"}}, std::chrono::seconds(60));
    CHECK(verdict.output == "sidestep: " + (prefix / "lib/libsidestep.so").string() +
                                ": LD_PRELOAD cannot hold a path with blanks or colons; install "
                                "sidestep elsewhere\n");
    CHECK(verdict.number == 125);
  }
}

TEST_CASE("run keeps what is in LD_PRELOAD already", "[command]") {
  const auto verdict = sidestep({"run", "sh", "-c", "echo $LD_PRELOAD"},
                                {{"LD_PRELOAD", "libm.so.6:/elsewhere/libsidestep.so"}});
  CHECK(has(verdict.output, tests::library().string() + ":libm.so.6\n"));
}
