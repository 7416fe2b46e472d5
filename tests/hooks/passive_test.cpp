// SPDX-License-Identifier: BSD-3-Clause
// What the library is to those who do not need it: nothing. And what the user's settings do.
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <set>

#include "support/builds.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"

namespace {

using namespace std::chrono_literals;
using runner::End;
using runner::Program;
using tests::Build;
using tests::build_of;
using tests::Folder;
using tests::Shim;

constexpr auto limit = 60s;

/// What a tool prints of the library.
std::string ask(std::vector<std::string> argv) {
  argv.push_back(tests::library());
  const auto verdict = runner::run({.argv = argv, .environment = {{"LC_ALL", "C"}}}, limit);
  INFO(argv[0] << ": " << verdict.output);
  REQUIRE(verdict.end == End::works);
  return verdict.output;
}

std::vector<std::string> all_matches(const std::string& text, const char* pattern) {
  const std::regex expression(pattern);
  std::vector<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), expression), end; at != end; ++at)
    found.push_back((*at)[1]);
  return found;
}

/// What a program prints, how it ends, and what it asks of the kernel, in no order.
struct Trace {
  runner::Verdict verdict;
  std::vector<std::string> calls;
};

// What would show in another process or be seen from outside; not memory, which loading takes.
constexpr const char* traced =
    "trace=open,openat,creat,clone,clone3,fork,vfork,execve,setsid,setpgid,kill,socket,connect,"
    "pipe,pipe2,rt_sigaction,ioctl,write,unlink,mkdir";

Trace trace(const std::vector<std::string>& argv, bool with) {
  const Folder folder;
  const auto file = folder.path() / "trace";
  Program strace{.argv = {"strace", "-f", "-qq", "-e", traced, "-e", "signal=none", "-o", file}};
  strace.environment["LD_PRELOAD"] = {};
  // strace itself is traced by nobody: it runs without.
  if (with)
    strace.argv.insert(strace.argv.end(), {"-E", "LD_PRELOAD=" + tests::library().string()});
  strace.argv.insert(strace.argv.end(), argv.begin(), argv.end());
  Trace it{run(strace, limit), {}};
  // "PID name(arguments) = result", or, where another process comes between, "PID name(arguments
  // <unfinished ...>" and later "PID <... name resumed>…". Of the arguments the file's name is
  // kept.
  static const std::regex call(R"re(^\d+ +(\w+)\([^"]*("[^"]*")?)re");
  // A fork that a signal interrupts is begun again, and so is told twice: "= ? ERESTARTNOINTR".
  static const std::regex restart(R"re(<\.\.\. (\w+) resumed.*= \? ERESTART)re");
  for (const auto& line : lines_of(tests::contents(file))) {
    std::smatch parts;
    if (std::regex_search(line, parts, restart)) {
      const auto begun = std::find(it.calls.begin(), it.calls.end(), parts[1].str() + " ");
      if (begun != it.calls.end()) it.calls.erase(begun);
    } else if (std::regex_search(line, parts, call) && !has(line, "= ? ERESTART")) {
      it.calls.push_back(parts[1].str() + " " + parts[2].str());
    }
  }
  std::sort(it.calls.begin(), it.calls.end());
  return it;
}

std::size_t count(const std::vector<std::string>& all, const std::string& prefix) {
  return static_cast<std::size_t>(std::count_if(
      all.begin(), all.end(), [&](const auto& one) { return one.starts_with(prefix); }));
}

/// The program's own view of it: the calls that load the library are taken out.
void expect_the_same(const std::vector<std::string>& argv) {
  INFO(argv[0] << " " << argv.back());
  const auto without = trace(argv, false);
  auto with = trace(argv, true);
  const auto loads = "openat \"" + tests::library().string() + "\"";
  CHECK(count(with.calls, loads) == count(with.calls, "execve"));
  with.calls.erase(std::remove(with.calls.begin(), with.calls.end(), loads), with.calls.end());
  CHECK(count(without.calls, "execve") > 0);
  CHECK(with.calls == without.calls);
  CHECK(with.verdict.output == without.verdict.output);
  CHECK(with.verdict.end == without.verdict.end);
  CHECK(with.verdict.number == without.verdict.number);
}

std::string debian_python() {
  return std::filesystem::exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
}

}  // namespace

TEST_CASE("a program without MPI does not notice the library", "[passive]") {
  expect_the_same({"/bin/true"});
  expect_the_same({"/bin/false"});
  expect_the_same({"ls", "/"});
  expect_the_same({"sh", "-c", "echo hi | cat"});
  expect_the_same({"sh", "-c", "exit 7"});
  expect_the_same(
      {debian_python(), "-I", "-B", "-c", "import threading; print(threading.active_count())"});
}

TEST_CASE("the library exports its table", "[passive]") {
  const std::set<std::string> table = {
#define SIDESTEP_HOOK(domain, name) #name,
#include "abi/hooks.def"
#undef SIDESTEP_HOOK
      "sidestep_version"};
  const auto found = all_matches(ask({"nm", "-D", "--defined-only"}), R"re( [A-Za-z] (\S+))re");
  CHECK(std::set<std::string>(found.begin(), found.end()) == table);
}

TEST_CASE("the library needs little", "[passive]") {
  const auto dynamic = ask({"readelf", "-dW"});
  CHECK(all_matches(dynamic, R"re(\(NEEDED\).*\[(.*)\])re") ==
        std::vector<std::string>{"libc.so.6"});
  // No constructor: it would run in every process.
  CHECK(!has(dynamic, "INIT"));
  // Bound at once, a function that an old glibc or a program without libdl lacks would end it.
  CHECK(!has(dynamic, "NOW"));
  const auto newer = [](const std::string& version) {
    std::istringstream numbers(version);
    int major = 0, minor = 0;
    char point;
    numbers >> major >> point >> minor;
    return major > 2 || minor > 17;
  };
  const auto versions = all_matches(ask({"objdump", "-T"}), R"re(GLIBC_(\d+\.\d+))re");
  CHECK(!versions.empty());
  for (const auto& version : versions) {
    INFO("GLIBC_" << version);
    CHECK(!newer(version));
  }
}

namespace {

using Settings = std::map<std::string, std::optional<std::string>>;

/// A program that spawns, with these settings.
runner::Verdict spawn(const std::string& build, const Settings& settings,
                      std::chrono::milliseconds deadline = limit) {
  auto program = build_of(build).guest("call_spawn", {"some"}, Shim::with);
  for (const auto& [name, value] : settings) program.environment[name] = value;
  return run(program, deadline);
}

void expect_spawned(const runner::Verdict& verdict) {
  INFO(verdict.output);
  CHECK(describe(verdict) == "works");
  CHECK(has(verdict.output, "all right"));
}

std::set<std::string> spawn_remedies() {
  std::set<std::string> ids;
  for (std::string name : {
#define SIDESTEP_REMEDY(subject, name) #name,
#include "remedies/remedies.def"
#undef SIDESTEP_REMEDY
       }) {
    std::replace(name.begin(), name.end(), '_', '-');
    if (name.starts_with("spawn-")) ids.insert(name);
  }
  return ids;
}

}  // namespace

TEST_CASE("sidestep prints nothing unless it is asked", "[settings]") {
  const auto verdict = spawn("4.3.1", {});
  expect_spawned(verdict);
  CHECK(!has(verdict.output, "sidestep"));
}

TEST_CASE("SIDESTEP_DISABLE: as without the library", "[settings]") {
  const auto verdict = spawn("4.3.1", {{"SIDESTEP_DISABLE", "1"}}, 6s);
  CHECK(describe(verdict) == "hangs");
  CHECK(!has(verdict.output, "sidestep"));
}

TEST_CASE("SIDESTEP_VERBOSE: a line for each remedy", "[settings]") {
  const auto verdict = spawn("4.2.3", {{"SIDESTEP_VERBOSE", "1"}});
  expect_spawned(verdict);
  for (const auto& id : spawn_remedies()) {
    INFO(id << " in\n" << verdict.output);
    CHECK(count(lines_of(verdict.output), "sidestep: " + id + ": ") == 1);
  }
}

TEST_CASE("SIDESTEP_VERBOSE: of many ranks, whose line it is", "[settings]") {
  auto program = build_of("4.2.3").guest("bench_spawn", {"0"}, Shim::with);
  program.environment["SIDESTEP_VERBOSE"] = "1";
  program.environment["OMPI_COMM_WORLD_RANK"] = "3";
  const auto verdict = run(program, limit);
  INFO(verdict.output);
  CHECK(verdict.end == End::works);
  CHECK(count(lines_of(verdict.output), "sidestep: [rank 3] ucx-sighup: ") == 1);
}

TEST_CASE("SIDESTEP_REPORT: a JSON object for each remedy", "[settings]") {
  const Folder folder;
  const auto file = (folder.path() / "report").string();
  expect_spawned(spawn("4.2.3", {{"SIDESTEP_REPORT", file}}));
  struct stat status;
  REQUIRE(stat(file.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0600);
  const auto script = tests::lines(
      {"import json, sys", "for line in open(sys.argv[1]):", "    entry = json.loads(line)",
       "    assert sorted(set(entry) - {'rank'}) == ['command', 'host', 'mpi', 'outcome', 'pid', "
       "'program', "
       "'remedy', 'sidestep', 'time', 'why'], entry",
       "    assert entry['program'] == 'call_spawn' and '4.2.3' in entry['mpi'], entry",
       "    if entry['remedy'].startswith('spawn-'): print(entry['remedy'])"});
  const auto read = runner::run({.argv = {debian_python(), "-c", script, file}}, limit);
  INFO(read.output);
  CHECK(read.end == End::works);
  auto ids = lines_of(read.output);
  CHECK(ids.size() == spawn_remedies().size());
  CHECK(std::set<std::string>(ids.begin(), ids.end()) == spawn_remedies());
}

TEST_CASE("SIDESTEP_REPORT: no link is followed", "[settings]") {
  const Folder folder;
  const auto target = folder.write("target", "as it was\n");
  std::filesystem::create_symlink(target, folder.path() / "report");
  expect_spawned(spawn("4.2.3", {{"SIDESTEP_REPORT", (folder.path() / "report").string()}}));
  CHECK(tests::contents(target) == "as it was\n");
  CHECK(std::filesystem::is_symlink(folder.path() / "report"));
}

TEST_CASE("SIDESTEP_SKIP: an unknown remedy is reported once", "[settings]") {
  const auto verdict = spawn("4.2.3", {{"SIDESTEP_SKIP", "nonsense"}});
  expect_spawned(verdict);
  const auto lines = lines_of(verdict.output);
  CHECK(std::count_if(lines.begin(), lines.end(),
                      [](const auto& line) { return has(line, "nonsense"); }) == 1);
}

TEST_CASE("SIDESTEP_SKIP: a remedy is left out", "[settings]") {
  // 4.3.1 hangs for want of it.
  const auto verdict =
      spawn("4.3.1",
            {{"SIDESTEP_SKIP", "spawn-placeholder,spawn-refuse"}, {"SIDESTEP_VERBOSE", "1"}}, 6s);
  INFO(verdict.output);
  CHECK(has(verdict.output, "sidestep: spawn-placeholder: left to the user"));
  CHECK(has(verdict.output, "sidestep: spawn-stdin: applied"));
}
