// SPDX-License-Identifier: BSD-3-Clause
// What is short where a program runs: descriptors, processes, memory, room on a disk, /dev/null. A
// program that spawns spawns, or gets MPI's error; what sidestep's own programs print is whole, or
// their exit status tells.
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <optional>
#include <utility>

#include "support/catch.hpp"
#include "support/prefix.hpp"
#include "support/text.hpp"

namespace {

using namespace std::chrono_literals;
using runner::End;
using runner::Program;
using tests::Build;
using tests::Folder;
using tests::Prefix;
using tests::Shim;
using Words = std::vector<std::string>;

constexpr auto limit = 120s;

/// The program that this command line starts as the one that is named after it.
Program under(Words words, Program program) {
  words.insert(words.end(), program.argv.begin(), program.argv.end());
  program.argv = std::move(words);
  return program;
}

Program spawn(const Build& build, Words words = {}) {
  words.insert(words.begin(), tests::built_faults() / "library_spawn");
  return build.program(std::move(words), Shim::with);
}

struct Tally {
  int faults = 0;
  ~Tally() { std::cout << faults << " faults tried" << std::endl; }
} tally;

runner::Verdict meet(const Program& program) {
  ++tally.faults;
  return run(program, limit);
}

/// "spawned", "MPI's error", or what happened instead.
std::string end_of(const Program& program) {
  const auto verdict = meet(program);
  INFO(verdict.output);
  CHECK(describe(verdict) == "works");
  CHECK(count(verdict.output, "all right\n") == 1);
  if (has(verdict.output, "spawned\n")) return "spawned";
  return has(verdict.output, "MPI's error: ") ? "MPI's error" : verdict.output;
}

/// Some that differ in how libmpi and its hydra fail.
std::vector<Build> builds() {
  std::vector<Build> some;
  for (const auto& build : tests::all_builds())
    for (const char* name : {"3.4.3", "4.2.3", "4.3.1", "5.0.2"})
      if (build.is(name)) some.push_back(build);
  REQUIRE(some.size() == 4);
  return some;
}

/// In a shell of its own mounts. @return nothing where only root could do it
std::optional<Program> with_mounts(const std::string& mount, const Program& program) {
  if (geteuid() != 0) return {};
  auto it = under({"unshare", "-m", "sh", "-c", mount + " && exec \"$@\"", "sh"}, program);
  if (auto preload = std::exchange(it.environment["LD_PRELOAD"], {}))
    it.argv.insert(it.argv.end() - static_cast<long>(program.argv.size()),
                   {"env", "LD_PRELOAD=" + *preload});
  return it;
}

Program command(Words words) {
  words.insert(words.begin(), tests::command());
  return {.argv = std::move(words), .environment = {{"LD_PRELOAD", {}}}};
}

const std::string entry = R"({"remedy":"ucx-sighup","outcome":"applied","pid":1})";

}  // namespace

TEST_CASE("few descriptors are left to a program that spawns", "[programs]") {
  for (const auto& build : builds())
    for (const int left : {0, 1, 2, 3, 4, 6}) {
      INFO(build.name << ", " << left << " descriptors");
      const int needed = build.is("3.4.3") || build.is("4.2.3") ? 4 : 3;
      CHECK(end_of(spawn(build, {std::to_string(left)})) ==
            (left < needed ? "MPI's error" : "spawned"));
    }
}

TEST_CASE("a launcher that ends before it has come", "[programs]") {
  for (const auto& build : builds())
    for (const std::string how : {"exit 127", "kill -9 $$"}) {
      const Prefix prefix;
      prefix.folder.write("prefix/libexec/sidestep/sidestep-relay", "#!/bin/sh\n" + how + "\n",
                          true);
      INFO(build.name << ": " << how);
      CHECK(end_of(prefix.with(spawn(build))) == "MPI's error");
    }
}

TEST_CASE("what libmpi itself asks for its launcher fails", "[programs]") {
  for (const auto& build : builds())
    for (const std::string call : {"clone", "accept"})
      for (const std::string error : {"EAGAIN", "ENOMEM"}) {
        auto program = spawn(build);
        const auto preload = std::exchange(program.environment["LD_PRELOAD"], {});
        INFO(build.name << ": " << call << " " << error);
        CHECK(end_of(under({"strace", "-qq", "-o", "/dev/null", "-e", "trace=" + call, "-e",
                            "inject=" + call + ":error=" + error, "-E", "LD_PRELOAD=" + *preload},
                           program)) == "MPI's error");
      }
}

TEST_CASE("Linux before 5.9 has no close_range", "[programs]") {
  const Prefix broken;
  broken.folder.write("prefix/libexec/sidestep/sidestep-relay", "#!/bin/sh\nexit 127\n", true);
  for (const bool is_whole : {true, false}) {
    const Folder folder;
    const auto log = folder.path() / "log";
    auto program = spawn(tests::build_of("5.0.2"));
    if (!is_whole) program = broken.with(program);
    const auto preload = std::exchange(program.environment["LD_PRELOAD"], {});
    program = under({"prlimit", "--nofile=16000", "strace", "-f", "-qq", "-o", log, "-e",
                     "trace=close,close_range", "-e", "inject=close_range:error=ENOSYS", "-E",
                     "LD_PRELOAD=" + *preload, "sh", "-c", "exec \"$@\" 9</dev/null", "sh"},
                    program);
    INFO((is_whole ? "the relay" : "what stands in for it"));
    CHECK(end_of(program) == (is_whole ? "spawned" : "MPI's error"));
    const auto calls = tests::contents(log);
    const auto all = lines_of(calls);
    const auto asked =
        std::ranges::find_if(all, [](const auto& line) { return has(line, "close_range("); });
    REQUIRE(asked != all.end());
    // What the program has open, and not each number up to the limit.
    CHECK(has(calls, asked->substr(0, asked->find("close_range(")) + "close(9"));
    CHECK(all.size() < 8000);
  }
}

TEST_CASE("there is no /dev/null", "[programs]") {
  for (const auto& build : builds())
    if (const auto program =
            with_mounts("mount -t tmpfs none /dev && mkdir /dev/shm", spawn(build))) {
      INFO(build.name);
      CHECK(end_of(*program) == "spawned");
    }
}

TEST_CASE("nobody reads what is printed", "[programs]") {
  const Folder folder;
  const auto report = folder.write("report", entry + "\n").string();
  for (const Words& words : {Words{"list"},
                             {"--help"},
                             {"run", "--help"},
                             {"--version"},
                             {"report", report},
                             {"explain", "ucx-signals"},
                             {"completion", "bash"}}) {
    INFO(words[0]);
    for (const char* to : {">/dev/full", ">&-"}) {
      const auto verdict =
          meet(under({"sh", "-c", std::string("exec \"$@\" ") + to, "sh"}, command(words)));
      CHECK(describe(verdict) == "exit 125");
      CHECK(verdict.output.starts_with("sidestep: stdout cannot be written: "));
    }
  }
  auto mpiexec = command({"--version"});
  mpiexec.argv[0] = tests::mpiexec_command();
  CHECK(describe(meet(under({"sh", "-c", "exec \"$@\" >/dev/full", "sh"}, mpiexec))) == "exit 125");
}

TEST_CASE("the disk is full", "[programs]") {
  const Folder folder;
  const auto report = folder.write("report", entry + "\n").string();
  const auto disk = folder.write("disk/old", "").parent_path().string();
  const auto fill = "mount -t tmpfs -o size=4k none " + disk + " && echo old >" + disk + "/page";
  auto program = command({"report", "-o", disk + "/page", report});
  program.argv = {"sh",
                  "-c",
                  "\"$@\"; echo $?; cat " + disk + "/page; ls " + disk,
                  "sh",
                  program.argv[0],
                  "report",
                  "-o",
                  disk + "/page",
                  report};
  if (const auto full = with_mounts(fill, program)) {
    const auto verdict = meet(*full);
    CHECK(verdict.output ==
          "sidestep: " + disk +
              "/page: cannot be written: No space left on device\n125\nold\npage\n");
  }
  auto rank = tests::build_of("4.2.3").guest("bench_spawn", {"0"}, Shim::with);
  rank.environment["SIDESTEP_REPORT"] = disk + "/report";
  if (const auto full = with_mounts(fill, rank)) {
    const auto verdict = meet(*full);
    CHECK(describe(verdict) == "works");
    CHECK(verdict.output == "sidestep: SIDESTEP_REPORT=" + disk +
                                "/report is not written to: the disk is full, or fails\n");
  }
}

TEST_CASE("descriptors, processes and memory of sidestep's own programs are short", "[programs]") {
  const Folder folder;
  const auto report = folder.write("report", entry + "\n").string();
  const auto mpiexec = tests::mpiexec_command().string();
  const auto end = [](const Words& words, const Words& limits) {
    const auto verdict = meet(under(limits, {.argv = words, .environment = {{"LD_PRELOAD", {}}}}));
    INFO(limits.back() << " " << words[0] << " " << verdict.output);
    CHECK((verdict.end == End::works || (verdict.end == End::exited && verdict.number > 0)));
    return describe(verdict);
  };
  for (const Words& words : {Words{tests::command(), "run", "true"},
                             {tests::command(), "report", report},
                             {mpiexec, "--dry-run", "-n", "1", "true"}}) {
    for (int files = 3; files < 9; ++files)
      end(words, {"prlimit", "--nofile=" + std::to_string(files)});
    CHECK(end(words, {"prlimit", "--nofile=16"}) == "works");
    for (int megabytes = 6; megabytes < 12; ++megabytes)
      end(words, {"prlimit", "--as=" + std::to_string(megabytes << 20)});
  }
  for (const std::string when : {"1", "2"})
    end({mpiexec, "--dry-run", "-n", "1", "true"},
        {"strace", "-qq", "-o", "/dev/null", "-e", "trace=clone,clone3,vfork", "-e",
         "inject=clone,clone3,vfork:error=EAGAIN:when=" + when});
}

TEST_CASE("what sidestep-mpiexec asks before the ranks start fails", "[programs]") {
  const Folder folder;
  const auto script =
      "#!/bin/sh\n[ \"$1\" = --version ] && exec echo HYDRA build details\necho ranks\n";
  Program program{
      .argv = {tests::mpiexec_command(), "-n", "1", tests::built_guests() / "julia", "a.jl"},
      .environment = {{"LD_PRELOAD", {}},
                      {"SIDESTEP_MPIEXEC", folder.write("mpiexec", script, true)},
                      {"JULIA_DOES", "echo precompiled"}}};
  CHECK(run(program, limit).output == "precompiled\nranks\n");
  const std::pair<std::string, std::string> faults[] = {
      {"clone,clone3,vfork", "EAGAIN"}, {"pipe2", "EMFILE"}, {"poll,ppoll", "ENOMEM"},
      {"poll,ppoll", "EINTR"},          {"wait4", "ECHILD"}, {"wait4", "EINTR"}};
  for (const auto& [call, error] : faults)
    for (const std::string when : {"1", "2", "3", "4"}) {
      const auto verdict =
          meet(under({"strace", "-qq", "-o", "/dev/null", "-e", "trace=" + call, "-e",
                      "inject=" + call + ":error=" + error + ":when=" + when},
                     program));
      INFO(call << " " << error << " " << when << ": " << describe(verdict) << "\n"
                << verdict.output);
      const bool refused =
          verdict.end == End::exited && verdict.number == 125 && has(verdict.output, "sidestep: ");
      CHECK((refused || (verdict.end == End::works && verdict.output.ends_with("ranks\n"))));
    }
}
