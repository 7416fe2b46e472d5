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
    options.insert(options.end(), {"sh", "-c", "printf '%s\n' \"$" + name + "\""});
    return lines_of(sidestep(options, environment).output).at(0);
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

TEST_CASE("a verbose program in which nothing starts says so once, at its end", "[command]") {
  const auto line = [](const std::string& program) {
    return "sidestep: no MPI and no UCX started in " + program +
           ": nothing to fix there. Programs that it started speak for themselves\n";
  };
  // Only what run became, and none of what that starts.
  std::vector<std::string> command = {"run", "--verbose", "sh", "-c",
                                      "ls /dev/null; (exit 3); cat /dev/null; env true; exit 3"};
  const auto verdict = sidestep(command);
  CHECK(verdict.output == "/dev/null\n" + line("sh"));
  CHECK(verdict.number == 3);
  command.erase(command.begin() + 1);
  CHECK(sidestep(command).output == "/dev/null\n");
  CHECK(sidestep(command, {{"SIDESTEP_VERBOSE", "yes"}}).output == "/dev/null\n" + line("sh"));
  // A program that closes its stderr, and one that becomes another.
  CHECK(sidestep({"run", "--verbose", "ls", "/dev/null"}).output == "/dev/null\n" + line("ls"));
  CHECK(sidestep({"run", "--verbose", "env", "sh", "-c", "exec true"}).output == line("true"));
  CHECK(sidestep({"run", "--verbose", "true"}, {{"PMI_RANK", "3"}}).output ==
        "sidestep: [rank 3] " + line("true").substr(10));
  // Nobody reads its stderr any more: it ends as ever.
  const auto unread =
      runner::run({.argv = {"bash", "-c",
                            "\"$0\" run --verbose sh -c 'sleep 1; exit 4' 2> >(exec 0<&-); echo $?",
                            tests::command()}},
                  std::chrono::seconds(60));
  CHECK(unread.output == "4\n");
}

TEST_CASE("a verbose program in which MPI starts says what it comes to, and no more", "[doctor]") {
  const auto bin = tests::build_of("4.2.3").prefix / "bin";
  const auto python = (bin / "python").string();
  const std::string program = "from mpi4py import MPI";
  const auto said = sidestep({"run", "--verbose", python, "-c", program}).output;
  INFO(said);
  CHECK(has(said, ": ready for MPI_Comm_spawn\n"));
  CHECK(has(said, "sidestep: crash-trace: armed ("));
  CHECK(!has(said, "no MPI"));
  const auto off =
      sidestep({"run", "--verbose", python, "-c", program}, {{"SIDESTEP_DISABLE", "1"}});
  CHECK(off.output == "sidestep: switched off by SIDESTEP_DISABLE, from the environment\n");
}

TEST_CASE("each verbose line of many ranks says whose it is", "[doctor]") {
  const auto bin = tests::build_of("4.2.3").prefix / "bin";
  const auto said = sidestep({"run", "--verbose", (bin / "mpiexec").string(), "-n", "2",
                              (bin / "python").string(), "-c", "from mpi4py import MPI"})
                        .output;
  INFO(said);
  CHECK(has(said, "sidestep: [rank 1] ucx-signals: applied"));
  for (const auto& line : lines_of(said))
    if (line.starts_with("sidestep: "))
      CHECK((line.starts_with("sidestep: [rank ") || has(line, "started in mpiexec")));
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

TEST_CASE("run starts a program of musl's without the library, and says so", "[doctor]") {
  const auto program = (tests::built_guests() / "on_musl").string();
  if (!std::filesystem::exists(program)) {
    WARN("there is no musl-gcc here; scripts/setup installs it");
    return;
  }
  const auto why = "sidestep: " + program +
                   " is linked with musl, and sidestep is for glibc: started without it\n";
  CHECK(sidestep({"run", program}).output == why + "runs with LD_PRELOAD=\n");
  CHECK(sidestep({"run", "--verbose", program}, {{"LD_PRELOAD", tests::library()}}).output ==
        why + "runs with LD_PRELOAD=\n");
  // Scripts for it, and for such a script.
  const tests::Folder folder;
  const auto script = folder.write("script", "#! " + program + "\n", true).string();
  const auto outer = folder.write("outer", "#!" + script + " argument\n", true).string();
  for (const auto& one : {script, outer})
    CHECK(sidestep({"run", one}).output == why + "runs with LD_PRELOAD=\n");
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
