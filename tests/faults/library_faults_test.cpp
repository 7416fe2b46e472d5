// SPDX-License-Identifier: BSD-3-Clause
// Each call of libc that the library makes in its host's process fails, one at a time, with each
// errno that such a call may fail with. The program does not notice, or lacks a remedy, or gets
// MPI's error: it is never killed, never hangs, and leaves nothing.
#include <errno.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <map>

#include "cuda/cuda_builds.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"
#include "ucx/ucx_builds.hpp"

namespace {

using namespace std::chrono_literals;
using runner::Program;
using runner::Verdict;
using tests::Folder;
using tests::Shim;
using Lines = std::vector<std::string>;
namespace fs = std::filesystem;

constexpr auto limit = 120s;
constexpr auto known_to_hang = 10s;  // some do, without the library
constexpr int part = 0;              // for an errno: the call does less than it was asked for

const std::map<std::string, std::vector<int>> plausible = {
    {"access", {ENOENT, EACCES, EIO}},
    {"clone", {EAGAIN, ENOMEM}},
    {"close", {EIO, EINTR}},
    {"dlopen", {ENOMEM}},
    {"dlsym", {ENOMEM}},
    {"fcntl", {EPERM}},
    {"fstat", {EIO, EPERM}},
    {"gethostname", {EPERM}},
    {"getpeername", {ENOTCONN, ENOBUFS}},
    {"getsockname", {ENOTCONN, ENOBUFS}},
    {"lseek", {ESPIPE}},
    {"malloc", {ENOMEM}},
    {"mmap", {ENOMEM, EAGAIN, EACCES}},
    {"mprotect", {ENOMEM, EACCES}},
    {"open", {ENOENT, EACCES, EMFILE, ENFILE, ENOMEM, EINTR, EIO, ELOOP}},
    {"poll", {EINTR, ENOMEM}},
    {"read", {EIO, EINTR, EISDIR, EAGAIN, part}},
    {"realpath", {ENOENT, EACCES, EIO, ENOMEM, ELOOP, ENAMETOOLONG}},
    {"sigaction", {EPERM, ENOSYS}},
    {"sigaltstack", {ENOMEM, EPERM}},
    {"socket", {EMFILE, ENFILE, ENOBUFS, EACCES}},
    {"stat", {ENOENT, EACCES, EIO, ENOMEM}},
    {"waitid", {ECHILD, ENOSYS}},
    {"write", {ENOSPC, EDQUOT, EFBIG, EPIPE, EIO, EINTR, EAGAIN, EBADF, part}},
};

struct Host {
  std::string name;
  int some;  ///< how many faults are tried where not all are
  /// The program in that folder, without the library or with it.
  std::function<Program(const Folder&, Shim)> program;
};

struct Fault {
  std::string call;
  int number, error;
};

/// What the program says, and how it ends; not what the library says, nor what changes from run to
/// run.
Lines outcome(const Verdict& verdict) {
  auto lines = has(verdict.output, "Caught signal") ? Lines{"Caught signal"}  // UCX's trace
                                                    : lines_of(verdict.output);
  std::erase_if(
      lines, [](const auto& line) { return line.starts_with("sidestep: ") || has(line, "UCX  "); });
  lines.push_back(describe(verdict));
  return lines;
}

struct Run {
  Lines outcome, calls, left;
  std::string output;
};

/// In a folder of its own, in which the program may leave nothing but what it was told to make.
Run start(const Host& host, Shim shim, const Fault* fault = nullptr) {
  const Folder folder;
  folder.write("conf", "[program *]\nSIDESTEP_SKIP=nothing\n[host *]\nSIDESTEP_VERBOSE=1\n");
  folder.write("made/compiled/v1.5/a.ji", "");
  auto program = host.program(folder, shim);
  auto& environment = program.environment;
  if (auto& preloaded = environment["LD_PRELOAD"]; shim == Shim::with)
    preloaded = *preloaded + ":" + (tests::built_faults() / "library_faults.so").string();
  program.directory = folder.path();
  environment["FAULT_LIST"] = folder.path() / "list";
  environment["SIDESTEP_CONFIG"] = folder.path() / "conf";
  environment["SIDESTEP_REPORT"] = folder.path() / "report";
  environment["TMPDIR"] = environment["HOME"] = folder.path();
  if (fault) {
    environment["FAULT_CALL"] = std::to_string(fault->number);
    environment["FAULT_ERRNO"] = std::to_string(fault->error);
  }
  const auto verdict = run(program, shim == Shim::with ? limit : known_to_hang);
  Run it{outcome(verdict), lines_of(tests::contents(folder.path() / "list")), {}, verdict.output};
  for (const auto& file : fs::directory_iterator(folder.path()))
    if (const std::string name = file.path().filename(); name != "conf" && name != "made" &&
                                                         name != "list" && name != "report" &&
                                                         !name.starts_with("sidestep-crash-"))
      it.left.push_back(name);
  return it;
}

/// "as ever", "without a remedy", "MPI's error"; or what is wrong.
std::string judge(const Run& run, const Run& with, const Run& without) {
  if (!run.left.empty()) return "leaves " + run.left[0];
  if (run.outcome == with.outcome) return "as ever";
  const auto size = run.outcome.size();
  const bool is_told = std::any_of(run.outcome.begin(), run.outcome.end(), [](const auto& line) {
    return line.starts_with("MPI's error: ");
  });
  if (is_told && run.outcome[size - 2] == "all right" && run.outcome.back() == "works")
    return "MPI's error";
  const auto is_line_of = [&](const Run& other, std::size_t i) {
    return i < other.outcome.size() && run.outcome[i] == other.outcome[i];
  };
  for (std::size_t i = 0; i < size; ++i)
    if (run.outcome[i] == "hangs" || !(is_line_of(with, i) || is_line_of(without, i)))
      return "wrong: " + run.outcome[i];
  return "without a remedy";
}

/// All, or some that are spread evenly. A file is read line by line, and each read is as the one
/// before it; of other calls in a row, some stand for all.
std::vector<Fault> faults_of(const Host& host, const Lines& calls) {
  const bool every = tests::is_long();
  std::vector<Fault> all, some;
  for (int i = 0, row = 0; i < static_cast<int>(calls.size()); ++i) {
    row = i && calls[i] == calls[i - 1] ? row + 1 : 0;
    if (row > (every ? 2 : 0) && (!every || calls[i] == "read")) continue;
    for (const int error : plausible.at(calls[i])) all.push_back({calls[i], i, error});
  }
  if (every) return all;
  const std::size_t step = std::max<std::size_t>(1, all.size() / host.some);
  for (std::size_t i = 0; i < all.size(); i += step) some.push_back(all[i]);
  return some;
}

void walk(const Host& host) {
  const auto without = start(host, Shim::without), with = start(host, Shim::with);
  INFO(host.name);
  CHECK(judge(with, with, with) == "as ever");
  REQUIRE(!with.calls.empty());
  std::map<std::string, int> ended;
  int missed = 0, tried = 0;
  for (const auto& fault : faults_of(host, with.calls)) {
    const auto run = start(host, Shim::with, &fault);
    const bool met = std::any_of(run.calls.begin(), run.calls.end(),
                                 [](const auto& call) { return call.ends_with(" fails"); });
    met ? ++tried : ++missed;
    const auto how = judge(run, with, without);
    INFO(fault.call << ", call " << fault.number << ", errno " << fault.error << ":\n"
                    << run.output);
    CHECK_THAT(how, Catch::Matchers::Matches("as ever|without a remedy|MPI's error"));
    ++ended[how];
  }
  std::cout << host.name << ": " << with.calls.size() << " calls, " << tried << " faults";
  for (const auto& [how, count] : ended) std::cout << ", " << count << " " << how;
  if (missed) std::cout << " (" << missed << " did not come to that call)";
  std::cout << std::endl;
  CHECK(tried > missed);
}

Program here(const std::string& name, Lines words, Shim shim) {
  words.insert(words.begin(), tests::built_faults() / name);
  Program program{.argv = std::move(words)};
  program.environment["LD_PRELOAD"] =
      shim == Shim::with ? std::optional(tests::library().string()) : std::nullopt;
  return program;
}

}  // namespace

TEST_CASE("a program without MPI", "[library]") {
  walk({"hooks", 80, [](const Folder& folder, Shim shim) {
          return here("library_hooks", {folder.path() / "made"}, shim);
        }});
}

TEST_CASE("a program whose stderr nobody reads", "[library]") {
  walk({"hooks, stderr unread", 10, [](const Folder& folder, Shim shim) {
          return here("library_hooks", {folder.path() / "made", "unread"}, shim);
        }});
}

TEST_CASE("a program that spawns", "[library]") {
  for (const std::string name : {"3.4.3", "4.2.3", "4.3.1", "5.0.2"})
    walk({"spawn " + name, 10, [&](const Folder&, Shim shim) {
            auto program = here("library_spawn", {}, shim);
            const auto words = program.argv;
            return tests::build_of(name).program(words, shim);
          }});
}

TEST_CASE("a rank of another MPI's launcher", "[library]") {
  walk({"foreign launcher", 12, [](const Folder&, Shim shim) {
          auto program = tests::build_of("4.2.3").guest("bench_spawn", {"0"}, shim);
          program.environment["OMPI_COMM_WORLD_SIZE"] = "2";
          program.environment["OMPI_COMM_WORLD_RANK"] = program.environment["PMIX_RANK"] = "0";
          return program;
        }});
}

TEST_CASE("a program that sidestep doctor examines", "[library]") {
  walk({"doctor", 12, [](const Folder& folder, Shim shim) {
          auto program = tests::build_of("4.2.3").guest("bench_spawn", {"0"}, shim);
          program.environment["SIDESTEP_DOCTOR"] = folder.path() / "made/diagnosis";
          return program;
        }});
}

TEST_CASE("a program that handles SIGSEGV, with UCX", "[library]") {
  const auto builds = tests::ucx_builds();
  for (const std::string name : {"mpich-4.3.2", "mpich-5.0.2"})
    for (const std::string guest : {"safepoint", "safepoint_own_getenv"})
      walk({guest + " " + name, 10, [&](const Folder&, Shim shim) {
              return tests::build_of(name, builds).guest(guest, {"before", "local"}, shim);
            }});
}

TEST_CASE("a program that opens UCX past the preload", "[library]") {
  const auto builds = tests::ucx_builds();
  walk({"deepbind mpich-4.3.2", 10, [&](const Folder&, Shim shim) {
          return tests::build_of("mpich-4.3.2", builds)
              .guest("safepoint", {"before", "local", "deepbind"}, shim);
        }});
}

TEST_CASE("a program with device memory", "[library]") {
  for (const auto& build : tests::cuda_builds())
    if (build.is("cuda-1.22.0"))
      walk({"device memory", 10, [&](const Folder&, Shim shim) {
              auto program = build.guest("device_memory_linked", {"linked", "all", "1", "1"}, shim);
              program.environment["SIDESTEP_UCX_MEMTYPE_CACHE"] = "keep";
              return program;
            }});
}

TEST_CASE("a crash that is traced", "[library]") {
  for (const std::string kind : {"segv", "overflow", "null_call"})
    walk({"crash " + kind, 40, [&](const Folder&, Shim shim) {
            Program program{.argv = {tests::built_guests() / "crash", kind}};
            program.environment["LD_PRELOAD"] = tests::built_guests() / "start_backtrace.so";
            if (shim == Shim::with)
              program.environment["TEST_BACKTRACE"] =
                  tests::relay_program().parent_path() / "libsidestep-backtrace.so";
            return program;
          }});
}
