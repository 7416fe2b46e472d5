// SPDX-License-Identifier: BSD-3-Clause
// compare: one program, without sidestep and with it.
#include "cli/sidestep.hpp"
#include "runner/test_programs.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"

using cli_test::sidestep;
using tests::Folder;

namespace {

/// Says whether sidestep is in front of it, and ends accordingly.
const std::string differs =
    "case $LD_PRELOAD in *libsidestep.so) echo cured; exit 0;; *) echo ill; echo both; kill -9 "
    "$$;; "
    "esac";

/// A line of the table, 80 columns wide.
std::string row(std::string name, std::string left, char mark, const std::string& right) {
  name.resize(9, ' ');
  left.resize(35, ' ');
  auto line = name + left + mark + " " + right;
  return line.erase(line.find_last_not_of(' ') + 1) + "\n";
}

}  // namespace

TEST_CASE("compare shows how both ended and what differs", "[compare]") {
  const auto verdict = sidestep({"compare", "--", "sh", "-c", "echo first; " + differs});
  INFO(verdict.output);
  CHECK(verdict.number == 1);
  const auto shows = [&](const std::string& text) { CHECK(has(verdict.output, text)); };
  shows(row("", "without sidestep", ' ', "with sidestep"));
  shows(row("ended", "killed by SIGKILL", '|', "exit 0"));
  shows(row("left", "nothing", ' ', "nothing"));
  shows(row("printed", "first", ' ', "first"));
  shows(row("", "ill", '|', ""));
  shows(row("", "", '|', "cured"));
  shows("\nsidestep fixes this: killed by SIGKILL without it, exit 0 with it.\n");
}

TEST_CASE("compare of what is the same exits 0", "[compare]") {
  const auto verdict = sidestep({"compare", "--", "sh", "-c", "echo same; exit 3"});
  CHECK(verdict.number == 0);
  CHECK(has(verdict.output, "ended    exit 3 "));
  CHECK(!has(verdict.output, "|"));
}

TEST_CASE("compare says in one line what it comes to", "[compare]") {
  const auto verdict = [](const std::string& without, const std::string& with, int status) {
    const auto said =
        sidestep({"compare", "--", "sh", "-c",
                  "case $LD_PRELOAD in *libsidestep.so) " + with + ";; *) " + without + ";; esac"});
    CHECK(said.number == status);
    return unwrapped(said.output.substr(said.output.find("\n\n")));
  };
  CHECK(verdict("exit 1", "exit 0", 1) ==
        "sidestep fixes this: exit 1 without it, exit 0 with it.");
  CHECK(verdict("exit 0", "exit 4", 1) ==
        "worse with sidestep: exit 0 without it, exit 4 with it. sidestep run --verbose shows what "
        "it does: please report this.");
  CHECK(verdict("exit 0", "exit 0", 0) == "no difference: exit 0 both times.");
  CHECK(verdict("exit 3", "exit 3", 0) ==
        "no difference: exit 3 both times. sidestep doctor shows what it knows of this program.");
  CHECK(verdict("exit 3", "exit 4", 1) ==
        "it ends in another way: exit 3 without sidestep, exit 4 with it.");
  CHECK(verdict("echo a", "echo b", 1) ==
        "exit 0 both times, but what it printed or left differs.");
}

TEST_CASE("compare cuts no line, however narrow the screen", "[compare]") {
  std::string line = "[mpiexec@vm] main (src/pm/hydra/mpiexec/mpiexec.c:60): ";
  for (int i = 0; i < 40; ++i) line += "No executable provided ";
  for (const char* columns : {"20", "40", "59", "60", "80", "160"})
    for (const char* locale : {"C", "C.UTF-8"}) {
      const auto said =
          sidestep({"compare", "--", "sh", "-c",
                    "case $LD_PRELOAD in *libsidestep.so) ;; *) echo '" + line + "';; esac"},
                   {{"COLUMNS", columns}, {"LC_ALL", locale}})
              .output;
      INFO(said);
      std::string letters;
      for (const char c : said) {
        CHECK(!(c & 0x80));
        if (c != ' ' && c != '\n' && c != '|') letters += c;
      }
      std::string expected;
      for (const char c : line)
        if (c != ' ') expected += c;
      CHECK(has(letters, expected));
      for (const auto& one : lines_of(said)) CHECK(one.size() <= std::stoul(columns));
    }
}

TEST_CASE("compare takes sidestep out of LD_PRELOAD for the run without it", "[compare]") {
  const auto verdict = sidestep({"compare", "--", "sh", "-c", "echo [$LD_PRELOAD]"},
                                {{"LD_PRELOAD", tests::library().string() + ":libm.so.6"}});
  CHECK(has(verdict.output, "printed  [libm.so.6]"));
}

TEST_CASE("compare ends what hangs, and all that it started", "[compare]") {
  const Folder folder;
  const auto file = (folder.path() / "pids").string();
  const auto verdict =
      sidestep({"compare", "--timeout", "2", "--", "sh", "-c",
                "setsid sleep 1000 & echo $! >> " + file + "; (setsid sh -c 'echo $$ >> " + file +
                    "; exec sleep 1000' &); case $LD_PRELOAD in *libsidestep.so) exit 0;; esac; "
                    "sleep 1000"});
  INFO(verdict.output);
  CHECK(has(verdict.output, row("ended", "hangs: ended at the timeout", '|', "exit 0")));
  CHECK(has(verdict.output, row("left", "nothing", '|', "2 processes")));
  CHECK(has(verdict.output,
            "\nit ends in another way: hangs without sidestep, leaves 2 processes with it.\n"));
  std::istringstream pids(cli_test::contents(file));
  int count = 0;
  for (pid_t pid; pids >> pid; ++count) CHECK(!runner::alive(pid));
  CHECK(count == 4);
  CHECK(verdict.left.empty());
}

TEST_CASE("compare gives both runs the same stdin", "[compare]") {
  const Folder folder;
  const auto file = folder.write("input", "one\ntwo\n").string();
  const auto verdict = sidestep({"compare", "--stdin", file, "--", "cat"});
  CHECK(verdict.number == 0);
  CHECK(has(verdict.output, "         two "));
  const auto missing = sidestep({"compare", "--stdin", file + "x", "--", "cat"});
  CHECK(missing.output == "sidestep: " + file + "x: cannot be read: --stdin wants a file\n");
  CHECK(missing.number == 125);
}

TEST_CASE("compare types at a terminal", "[compare]") {
  auto verdict = sidestep({"compare", "--terminal", "--type", "hello", "--type", "^D", "--", "sh",
                           "-c", "test -t 0 && read line && echo got $line; cat; echo end"});
  INFO(verdict.output);
  CHECK(verdict.number == 0);
  CHECK(has(verdict.output, "         got hello "));
  CHECK(has(verdict.output, "         end "));
  verdict =
      sidestep({"compare", "--terminal", "--prompt", "ready", "--type", "^C", "--", "sh", "-c",
                "trap 'echo interrupted; exit 4' INT; echo ready; while :; do sleep 1; done"});
  CHECK(has(verdict.output, "ended    exit 4 "));
  CHECK(has(verdict.output, "interrupted"));
}

TEST_CASE("compare says what is wrong with its command line", "[compare]") {
  CHECK(sidestep({"compare"}).output ==
        "sidestep: compare needs a command: sidestep compare -- COMMAND [ARGUMENT...]\n");
  CHECK(sidestep({"compare", "--", "no-such-program"}).output ==
        "sidestep: no-such-program: No such file or directory\n");
  CHECK(sidestep({"compare", "--type", "x", "--", "cat"}).number == 125);  // no --terminal
  CHECK(sidestep({"compare", "--timeout", "0", "--", "cat"}).number == 125);
}

TEST_CASE("compare: a spawn that hangs without sidestep", "[compare-mpi]") {
  for (const auto& build : tests::all_builds()) {
    if (!build.is("4.3.1")) continue;
    const auto program = build.guest("call_spawn", {"some"}, tests::Shim::without);
    auto environment = program.environment;
    environment.erase("LD_PRELOAD");
    const auto verdict =
        sidestep({"compare", "--timeout", "30", "--", program.argv[0], "some"}, environment);
    INFO(verdict.output);
    CHECK(verdict.number == 1);
    CHECK(has(verdict.output, row("ended", "hangs: ended at the timeout", '|', "exit 0")));
    CHECK(verdict.left.empty());
    return;
  }
  FAIL("MPICH 4.3.1 is not among the builds");
}

TEST_CASE("compare says where it has not seen all of the output", "[compare]") {
  const auto verdict =
      sidestep({"compare", "--", "sh", "-c", "head -c 70000000 /dev/zero | tr '\\0' a"});
  CHECK(verdict.number == 0);
  CHECK(
      has(verdict.output, "\nprinted  more than 64 MiB: what comes after these is not compared\n"));
  CHECK(verdict.output.size() < 100'000);  // a line that nobody reads
  CHECK(has(verdict.output, " bytes more]"));
  const auto little = sidestep({"compare", "--", "echo", "a"});
  CHECK(!has(little.output, "64 MiB"));
}
