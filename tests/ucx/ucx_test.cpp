// SPDX-License-Identifier: BSD-3-Clause
// What the user set for UCX wins; what is said of it; what is left alone.
#include <signal.h>

#include <fstream>
#include <sstream>

#include "support/catch.hpp"
#include "support/text.hpp"
#include "ucx/ucx_builds.hpp"

namespace {

using namespace std::chrono_literals;
using runner::End;
using tests::Folder;
using tests::Shim;
using Words = std::vector<std::string>;
using Settings = std::map<std::string, std::optional<std::string>>;

constexpr auto limit = 60s;

/// UCX 1.18.1: its handlers are on, it reads ucx.conf, and pip gives it to every machine.
const tests::Build& ucx_1_18() {
  static const auto all = tests::ucx_builds();
  for (const auto& build : all)
    if (build.is("mpich-4.3.2")) return build;
  throw std::runtime_error("MPICH 4.3.2 is not there: run scripts/setup");
}

runner::Program guest(const Words& words, const Settings& settings,
                      const std::string& name = "safepoint", Shim shim = Shim::with) {
  auto program = ucx_1_18().guest(name, words, shim);
  for (const auto& [variable, value] : settings) program.environment[variable] = value;
  return program;
}

std::string output_of(const Words& words, const Settings& settings,
                      const std::string& name = "safepoint") {
  return run(guest(words, settings, name), limit).output;
}

const Settings verbose = {{"SIDESTEP_VERBOSE", "1"}};

Settings and_verbose(Settings more) {
  more.insert(verbose.begin(), verbose.end());
  return more;
}

}  // namespace

TEST_CASE("each remedy of UCX says its outcome once, and why", "[ucx]") {
  const auto output = output_of({"local", "before"}, verbose);
  CHECK(count(output, "sidestep: ucx-signals: applied (UCX 1.18.1 gets UCX_HANDLE_ERRORS=") == 1);
  CHECK(count(output, "sidestep: ucx-sighup: applied (UCX 1.18.1 gets UCX_DEBUG_SIGNO=0)") == 1);
  CHECK(count(output, "ucx-memtype-cache: applied (UCX 1.18.1 gets UCX_MEMTYPE_CACHE=n)") == 1);
  CHECK(count(output, "ucx-patch-wait: applied (UCX 1.18.1 waits for other threads when it") == 1);
  CHECK(count(output, "sidestep: crash-trace: armed (SIGBUS, SIGILL would be traced)") == 1);
  CHECK(has(output, "all right\n"));
}

TEST_CASE("the same in the report", "[ucx]") {
  const Folder folder;
  const auto file = folder.path() / "report";
  CHECK(output_of({"linked", "ucp", "before"}, {{"SIDESTEP_REPORT", file}}, "safepoint_ucp") ==
        "all right\n");
  const auto report = tests::contents(file);
  const auto says = [&](const std::string& remedy, const std::string& outcome) {
    CHECK(count(report, "{\"remedy\":\"" + remedy + "\",\"outcome\":\"" + outcome + "\"") == 1);
  };
  for (const char* remedy : {"ucx-signals", "ucx-sighup", "ucx-memtype-cache", "ucx-patch-wait"})
    says(remedy, "applied");
  says("crash-trace", "armed");
}

TEST_CASE("a crash is traced into the report's folder", "[ucx]") {
  const Folder folder;
  const auto verdict =
      run(guest({"local", "crash"}, {{"SIDESTEP_REPORT", folder.path() / "report"}}), limit);
  CHECK(verdict.end == End::killed);
  CHECK(verdict.number == SIGSEGV);
  CHECK(has(verdict.output, "trace in " + folder.path().string() + "/sidestep-crash-"));
  CHECK_FALSE(has(verdict.output, "crash_here"));
  std::string trace;
  for (const auto& file : std::filesystem::directory_iterator(folder.path()))
    if (has(file.path().filename().string(), "sidestep-crash-"))
      trace = tests::contents(file.path());
  CHECK(has(trace, "crash_here+0x"));
}

TEST_CASE("a crash that a handler gives up is traced, once", "[ucx]") {
  for (const Words& stack : {Words{}, Words{"onstack"}, Words{"onstack", "nodefer"}})
    for (const Words& how : {Words{}, Words{"by-signal"}, Words{"raise"}, Words{"resets"}}) {
      auto words = how;
      words.insert(words.end(), stack.begin(), stack.end());
      const auto verdict = run(guest(words, {}, "give_up"), limit);
      INFO(describe(verdict) << ": " << verdict.output);
      CHECK(verdict.end == End::killed);
      CHECK(verdict.number == SIGSEGV);
      CHECK(has(verdict.output, "crash_here+0x"));
      CHECK(count(verdict.output, "end of the trace") == 1);
      // What it gives up without us is lost.
      CHECK_FALSE(
          has(run(guest(words, {{"SIDESTEP_SKIP", "crash-trace"}}, "give_up"), limit).output,
              "crash_here"));
    }
}

TEST_CASE("a handler that has said something has the only word", "[ucx]") {
  for (const Words& words :
       {Words{"says-after"}, Words{"says-after", "onstack"},
        Words{"says-after", "raise", "onstack"}, Words{"says-after", "raise", "onstack", "nodefer"},
        Words{"says-before"}, Words{"says-before", "raise", "by-signal"},
        Words{"says-after", "raise"}}) {
    const auto verdict = run(guest(words, {}, "give_up"), limit);
    INFO(describe(verdict));
    CHECK(verdict.number == SIGSEGV);
    CHECK(verdict.output == "a word of its own\n");
  }
}

TEST_CASE("so has Julia", "[ucx]") {
  const auto julia = tests::cache() / "julia/bin/julia";
  for (const auto& build : tests::ucx_builds()) {
    if (!build.is("system") || !std::filesystem::exists(julia)) continue;
    const Folder folder;
    auto program = build.program(
        {"prlimit", "--core=0", julia, "--startup-file=no", "-e",
         "using Libdl; mpi = dlopen(ENV[\"LIBRARY\"], RTLD_LAZY | RTLD_GLOBAL);"
         "ccall(dlsym(mpi, :MPI_Init), Cint, (Ptr{Cvoid}, Ptr{Cvoid}), C_NULL, C_NULL);"
         "unsafe_load(Ptr{Int}(8))"},
        Shim::with);
    program.environment["LD_LIBRARY_PATH"] = tests::cache() / "julia/lib";
    program.environment["JULIA_DEPOT_PATH"] = folder.path() / "depot";
    program.environment["HOME"] = program.directory = folder.path();
    const auto verdict = run(program, limit);
    INFO(describe(verdict) << "\n" << verdict.output);
    CHECK(verdict.number == SIGSEGV);
    CHECK(has(verdict.output, "signal (11): Segmentation fault"));
    CHECK_FALSE(has(verdict.output, "sidestep:"));
  }
}

TEST_CASE("a program is told of its own handlers, not of ours", "[ucx]") {
  for (const Words& words : {Words{"asks"}, Words{"asks", "onstack"}, Words{"asks", "nodefer"}}) {
    const auto verdict = run(guest(words, {}, "give_up"), limit);
    INFO(describe(verdict));
    CHECK(verdict.output == "its own\n");
  }
}

TEST_CASE("an exhausted stack is traced with Open MPI, whose handler is not called", "[ucx]") {
  for (const auto& build : tests::ucx_builds()) {
    if (!build.is("open-mpi")) continue;
    const auto without = run(build.guest("give_up", {"overflow"}, Shim::without), limit);
    const auto with = run(build.guest("give_up", {"overflow"}, Shim::with), limit);
    INFO(without.output << describe(with) << "\n" << with.output);
    CHECK(with.number == SIGSEGV);
    CHECK(count(with.output, "overflow_here+0x") == 100);
    CHECK(count(with.output, "\n") >= count(without.output, "\n"));
    // What its handler is called for, it alone tells.
    const auto crash = run(build.guest("safepoint", {"global", "crash"}, Shim::with), limit);
    INFO(crash.output);
    CHECK(crash.number == SIGSEGV);
    CHECK(has(crash.output, "*** Process received signal ***"));
    CHECK_FALSE(has(crash.output, "end of the trace"));
  }
}

TEST_CASE("UCX 1.20 handles no signal by itself, and sidestep changes nothing", "[ucx]") {
  auto builds = tests::ucx_builds();
  for (auto& build : builds) {
    if (!build.is("mpich-5.0.2") && !build.is("ucx-1.22.0")) continue;
    build.environment.erase("UCX_HANDLE_ERRORS");
    auto program = build.guest("safepoint", {"local", "before"}, Shim::with);
    program.environment["SIDESTEP_VERBOSE"] = "1";
    const auto output = run(program, limit).output;
    CHECK(has(output, "ucx-signals: not needed (" + build.title.substr(0, build.title.find(','))));
    CHECK(has(output, "ucx-sighup: applied"));
    CHECK(has(output, "crash-trace: not needed"));
    CHECK(has(output, "all right\n"));
  }
}

TEST_CASE("with its remedy skipped, each problem occurs", "[ucx]") {
  CHECK(
      has(output_of({"local", "before"}, {{"SIDESTEP_SKIP", "ucx-signals"}}), "Caught signal 11"));
  CHECK(has(output_of({"deepbind", "before"}, {{"SIDESTEP_SKIP", "ucx-signals"}}),
            "Caught signal 11"));
  CHECK(has(
      output_of({"linked", "crash"}, {{"SIDESTEP_SKIP", "ucx-signals"}}, "safepoint_own_getenv"),
      "Caught signal 11"));
  CHECK(has(output_of({"local", "before"}, {{"SIDESTEP_DISABLE", "1"}}), "Caught signal 11"));
  CHECK_FALSE(has(output_of({"local", "crash"}, {{"SIDESTEP_SKIP", "crash-trace"}}), "crash_here"));
}

TEST_CASE("the user's UCX_ERROR_SIGNALS wins, with a warning where it kills", "[ucx]") {
  const std::string warning =
      "sidestep: UCX_ERROR_SIGNALS=SIGSEGV takes SIGSEGV from this program, which handles it "
      "itself";
  const Settings user = {{"UCX_ERROR_SIGNALS", "SIGSEGV"}};
  auto output = output_of({"local", "before"}, user);
  CHECK(count(output, warning) == 1);
  CHECK(has(output, "Caught signal 11"));
  // As the user wishes: nobody is in danger.
  CHECK_FALSE(has(output_of({"local", "after"}, user), "sidestep:"));
  CHECK_FALSE(has(output_of({"local", "before"}, {{"UCX_ERROR_SIGNALS", "SIGILL,SIGBUS,SIGFPE"}}),
                  "sidestep:"));
  output = output_of({"local", "before"},
                     {{"UCX_ERROR_SIGNALS", "SIGSEGV"}, {"SIDESTEP_FORCE", "ucx-signals"}});
  CHECK(output == "all right\n");
  // The same past every hook, where the environment itself is to be changed.
  for (const Settings& wish :
       {Settings{{"UCX_ERROR_SIGNALS", "SIGSEGV"}}, Settings{{"UCX_HANDLE_ERRORS", "bt"}}}) {
    auto forced = wish;
    forced["SIDESTEP_FORCE"] = "ucx-signals";
    CHECK(output_of({"deepbind", "before", "onstack"}, forced) == "all right\n");
  }
}

TEST_CASE("the user's UCX_HANDLE_ERRORS and UCX_DEBUG_SIGNO win", "[ucx]") {
  auto output = output_of({"local", "before"}, and_verbose({{"UCX_HANDLE_ERRORS", "none"}}));
  CHECK(has(output, "ucx-signals: left to the user (UCX_HANDLE_ERRORS=none is set)"));
  CHECK(has(output, "crash-trace: not needed"));
  output = output_of({"local", "before"}, and_verbose({{"UCX_DEBUG_SIGNO", "SIGUSR2"}}));
  CHECK(has(output, "ucx-sighup: left to the user (UCX_DEBUG_SIGNO=SIGUSR2 is set)"));
  output = output_of({"local", "before"}, and_verbose({{"UCX_MEMTYPE_CACHE", "y"}}));
  CHECK(has(output, "ucx-memtype-cache: left to the user (UCX_MEMTYPE_CACHE=y is set)"));
}

TEST_CASE("the user's ucx.conf wins, in each of its places", "[ucx]") {
  const Folder folder;
  const auto line = "UCX_ERROR_SIGNALS = SIGSEGV ; wanted\n";
  const auto crashes = [](const runner::Program& program) {
    const auto output = run(program, limit).output;
    INFO(output);
    CHECK(has(output, "sidestep: UCX_ERROR_SIGNALS=SIGSEGV in "));
    CHECK(has(output, "Caught signal 11"));
  };
  folder.write("home/ucx.conf", line);
  crashes(guest({"local", "before"}, {{"HOME", folder.path() / "home"}}));
  crashes(guest({"local", "before"}, {{"UCX_CONFIG_DIR", folder.path() / "home"}}));
  auto program = guest({"local", "before"}, {});
  program.directory = folder.path() / "home";
  crashes(program);
  // Not there, or not that variable: sidestep sets it.
  folder.write("other/ucx.conf", "# UCX_ERROR_SIGNALS=SIGSEGV\nUCX_ERROR_SIGNALS_=1\n");
  CHECK(has(output_of({"local", "before"}, {{"UCX_CONFIG_DIR", folder.path() / "other"}}),
            "all right\n"));

  // Beside the library.
  const auto& build = ucx_1_18();
  for (const auto& file : std::filesystem::directory_iterator(build.prefix / "lib/mpich"))
    std::filesystem::create_symlink(
        file.path(), folder.write("tree/lib/x", "").parent_path() / file.path().filename());
  folder.write("tree/etc/ucx.conf", line);
  folder.write("tree/etc/ucx/ucx.conf", line);
  crashes(guest({"local", "ucp", "before"}, {{"LIBRARY", folder.path() / "tree/lib/libucp.so.0"},
                                             {"LD_LIBRARY_PATH", folder.path() / "tree/lib"}}));
}

TEST_CASE("the system's ucx.conf wins", "[ucx]") {
  // Debian's UCX reads /etc/ucx; a wheel was built to read a folder that no machine has. /etc is
  // another one in a mount namespace of its own.
  const Folder folder;
  const auto script =
      "set -e; mount --make-rprivate /; mkdir \"$1/upper\" \"$1/etc\"; cp -a /etc/. \"$1/etc\"; "
      "mkdir -p \"$1/etc/ucx\"; echo UCX_ERROR_SIGNALS=SIGSEGV >\"$1/etc/ucx/ucx.conf\"; "
      "mount --bind \"$1/etc\" /etc; shift; exec \"$@\"";
  for (const auto& build : tests::ucx_builds()) {
    if (!build.is("system")) continue;
    auto program = build.guest("safepoint", {"local", "before"}, Shim::with);
    program.argv.insert(program.argv.begin(),
                        {"unshare", "--mount", "sh", "-c", script, "sh", folder.path()});
    const auto verdict = run(program, limit);
    if (has(verdict.output, "unshare: ")) {
      WARN("no mount namespace here, so /etc/ucx/ucx.conf was not tried: " << verdict.output);
      return;
    }
    CHECK(has(verdict.output, "sidestep: UCX_ERROR_SIGNALS=SIGSEGV in /etc/ucx/ucx.conf"));
    CHECK(has(verdict.output, "Caught signal 11"));
  }
}

TEST_CASE("children know what we set from what the user set", "[ucx]") {
  // RTLD_DEEPBIND: what UCX is told stands in the environment, and a child inherits it.
  auto output = output_of({"deepbind", "before", "exec", "local", "before"}, verbose);
  CHECK(has(output, "is opened past getenv: a UCX in it reads the environment"));
  CHECK(has(output, "ucx-signals: applied"));
  CHECK_FALSE(has(output, "left to the user"));
  // The user's own, in between.
  output = output_of({"deepbind", "before", "exec", "local", "before"},
                     and_verbose({{"UCX_MEMTYPE_CACHE", "y"}}));
  CHECK(has(output, "ucx-memtype-cache: left to the user (UCX_MEMTYPE_CACHE=y is set)"));
  CHECK(has(output, "ucx-signals: applied"));
}

TEST_CASE("the environment of programs that open nothing so is left alone", "[ucx]") {
  auto program =
      ucx_1_18().python({"-c", "import mpi4py.MPI, os; os.execlp('env', 'env')"}, Shim::with);
  const auto output = run(program, limit).output;
  CHECK(has(output, "LD_PRELOAD="));
  CHECK_FALSE(has(output, "UCX_"));
}

TEST_CASE("dlopen searches the RUNPATH of the program that calls it", "[ucx]") {
  for (const std::string flags : {"1", "2", "9"}) {  // lazy, now, lazy and deep
    const auto verdict = run(ucx_1_18().guest("open_by_runpath", {flags}, Shim::with), limit);
    CHECK(verdict.output == "found\n");
  }
}
