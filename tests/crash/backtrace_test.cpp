// SPDX-License-Identifier: BSD-3-Clause
// What a crash looks like with libsidestep-backtrace.so, and that the death is the same without it.
#include <elf.h>
#include <signal.h>
#include <sys/procfs.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <regex>
#include <sstream>

#include "support/builds.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"

namespace {

using namespace std::chrono_literals;
using runner::End;
using runner::Program;
using runner::Verdict;
using tests::Folder;
using Environment = std::map<std::string, std::optional<std::string>>;

/// What lives longer hangs. A trace that meets a held lock takes 9 s by itself: walk, names,
/// numbers.
constexpr auto limit = 60s;

std::string built(const std::string& name) { return tests::built_guests() / name; }

/// The one that is installed, or the one that a test is given.
std::string traced_by() {
  const char* given = std::getenv("SIDESTEP_TEST_BACKTRACE");
  return given ? given : tests::relay_program().parent_path() / "libsidestep-backtrace.so";
}

Program program(std::vector<std::string> argv, bool traced, Environment more = {}) {
  argv[0] = built(argv[0]);
  Program it{.argv = std::move(argv), .environment = std::move(more)};
  it.environment["LD_PRELOAD"] = built("start_backtrace.so");
  it.environment["CRASH_LIBRARY"] = built("crash_library.so");
  if (traced) {
    it.environment["TEST_BACKTRACE"] = traced_by();
    it.environment["TEST_RANK"] = "3";
  }
  return it;
}

/// Whole lines only, one trace, its head first and its end last.
void expect_whole(const std::string& output) {
  static const std::regex line(
      R"(sidestep: (\[rank \d+\] )?(\S+: host \S+, pid \d+, thread \d+: SIG\w+ \(.+\)( at address 0x[0-9a-f]+)?)"
      R"(|[ \d]\d  0x[0-9a-f]{16}  \S+  \S.*|and more|the backtrace ends here: .+|end of the trace))");
  std::size_t ours = 0;
  for (const auto& one : lines_of(output)) {
    if (!has(one, "sidestep")) continue;
    INFO("the line: " << one);
    CHECK(std::regex_match(one, line));
    ++ours;
  }
  CHECK(ours >= 3);
  CHECK(count(output, ", thread ") == count(output, "end of the trace"));
}

/// Runs it without and with the trace: it dies of this signal both times, and says nothing without.
Verdict die(const std::vector<std::string>& argv, int signal, Environment more = {}) {
  const auto without = run(program(argv, false, more), limit);
  INFO("without: " << describe(without) << "\n" << without.output);
  CHECK(without.end == End::killed);
  CHECK(without.number == signal);
  CHECK(!has(without.output, "sidestep:"));
  const auto with = run(program(argv, true, more), limit);
  INFO("with: " << describe(with) << "\n" << with.output);
  CHECK(with.end == End::killed);
  CHECK(with.number == signal);
  return with;
}

std::string trace(const std::vector<std::string>& argv, int signal, Environment more = {}) {
  const auto output = die(argv, signal, std::move(more)).output;
  INFO(output);
  expect_whole(output);
  CHECK(count(output, "end of the trace") == 1);
  return output;
}

/// The lines of these functions come in this order.
void expect_frames(const std::string& output, std::initializer_list<const char*> functions) {
  INFO(output);
  std::size_t at = 0;
  for (const std::string function : functions) {
    INFO(function);
    at = output.find("  " + function + "+0x", at);
    REQUIRE(at != std::string::npos);
  }
}

/// The thread of the first NT_PRSTATUS in a core file, which debuggers show first; 0 where it has
/// none.
pid_t first_thread_of_core(const std::filesystem::path& file) {
  const auto core = tests::contents(file);
  const auto at = [&]<class Type>(Type& into, std::size_t offset) {
    if (offset + sizeof into <= core.size()) memcpy(&into, core.data() + offset, sizeof into);
  };
  Elf64_Ehdr header = {};
  at(header, 0);
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr part = {};
    at(part, header.e_phoff + i * sizeof part);
    if (part.p_type != PT_NOTE) continue;
    Elf64_Nhdr note = {};
    elf_prstatus status = {};
    at(note, part.p_offset);
    if (note.n_type == NT_PRSTATUS) at(status, part.p_offset + sizeof note + 8);  // "CORE"
    return status.pr_pid;
  }
  return 0;
}

/// Processes whose command line has this word.
int processes_with(const std::string& word) {
  int found = 0;
  for (const auto& process : std::filesystem::directory_iterator("/proc"))
    if (std::isdigit(process.path().filename().string()[0]))
      found += has(tests::contents(process.path() / "cmdline"), word);
  return found;
}

/// With strace between, which is not traced itself.
Verdict under_strace(const std::vector<std::string>& options, const Program& it) {
  std::vector<std::string> argv = {"strace", "-qq"};
  argv.insert(argv.end(), options.begin(), options.end());
  for (const auto& [name, value] : it.environment)
    argv.insert(argv.end(), {"-E", name + "=" + value.value_or("")});
  argv.insert(argv.end(), it.argv.begin(), it.argv.end());
  return runner::run({.argv = argv, .directory = it.directory}, limit);
}

bool eventually(const std::function<bool()>& holds) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (!holds() && std::chrono::steady_clock::now() < until) usleep(10000);
  return holds();
}

}  // namespace

TEST_CASE("a crash in C is traced to its function", "[backtrace]") {
  const auto output = trace({"crash", "segv"}, SIGSEGV);
  CHECK(has(output, "sidestep: [rank 3] crash: host "));
  CHECK(has(output, ": SIGSEGV (address not mapped) at address 0x10\n"));
  CHECK(std::regex_search(output, std::regex(R"(sidestep: \[rank 3\]  0  0x\w+  crash_here\+0x)")));
  expect_frames(output, {"crash_here", "segv", "main", "_start"});
}

TEST_CASE("a crash in another thread is traced", "[backtrace]") {
  expect_frames(trace({"crash", "in_thread"}, SIGSEGV), {"crash_here", "crash_together"});
}

TEST_CASE("a crash in a signal handler is traced to what it interrupted", "[backtrace]") {
  expect_frames(trace({"crash", "in_handler"}, SIGSEGV),
                {"crash_here", "crashing_handler", "gsignal", "in_handler", "main"});
}

TEST_CASE("a crash in a destructor while an exception flies is traced", "[backtrace]") {
  const auto output = trace({"crash_unwinding"}, SIGSEGV);
  CHECK(has(output, "5GuardD2Ev"));
  CHECK(has(output, "6throwsEv"));
}

TEST_CASE("a crash in Fortran is traced", "[backtrace]") {
  if (!std::filesystem::exists(built("crash_fortran"))) return;  // no gfortran here
  expect_frames(trace({"crash_fortran"}, SIGSEGV), {"__crashes_MOD_crash_in_fortran", "MAIN__"});
}

TEST_CASE("what went wrong is said", "[backtrace]") {
  CHECK(has(trace({"crash", "readonly"}, SIGSEGV), "SIGSEGV (invalid permissions) at address 0x"));
  CHECK(has(trace({"crash", "fpe"}, SIGFPE), "SIGFPE (integer division by zero) at address 0x"));
  CHECK(has(trace({"crash", "ill"}, SIGILL), "SIGILL (illegal op"));
  const auto bus = trace({"crash", "bus"}, SIGBUS);
  CHECK(has(bus, "SIGBUS (no such physical address) at address 0x"));
  expect_frames(bus, {"bus", "main"});
#if defined(__x86_64__)
  CHECK(has(trace({"crash", "general_protection"}, SIGSEGV),
            "SIGSEGV (general protection, address unknown)\n"));
#endif
}

TEST_CASE("a call to a null pointer is traced to its caller", "[backtrace]") {
  const auto output = trace({"crash", "null_call"}, SIGSEGV);
  CHECK(has(output, "sidestep: [rank 3]  0  0x0000000000000000  ?  ?\n"));
  expect_frames(output, {"null_call", "main"});
}

TEST_CASE("raise() is a crash too, and says who sent it", "[backtrace]") {
  const auto output = trace({"crash", "raised"}, SIGSEGV);
  CHECK(std::regex_search(output, std::regex(R"(pid (\d+), .* SIGSEGV \(sent by pid \1\)\n)")));
  expect_frames(output, {"raised", "main"});
}

TEST_CASE("a signal from outside is traced, and kills", "[backtrace]") {
  runner::Conversation talk(program({"crash", "waits"}, true));
  REQUIRE(talk.expect("waiting", limit));
  talk.signal(SIGSEGV);
  const auto verdict = talk.finish(limit);
  INFO(verdict.output);
  CHECK(verdict.end == End::killed);
  CHECK(verdict.number == SIGSEGV);
  CHECK(std::regex_search(verdict.output, std::regex(R"(: SIGSEGV \(sent by pid \d+\)\n)")));
  expect_frames(verdict.output, {"waits", "main"});
}

TEST_CASE("a stripped program: what addr2line needs", "[backtrace]") {
  const auto output = trace({"crash_stripped", "segv"}, SIGSEGV);
  CHECK(!has(output, "crash_here+"));
  std::smatch parts;
  const std::regex frame(R"(sidestep: \[rank 3\]  0  0x\w+  \?  (\S+/crash_stripped)\+(0x\w+)\n)");
  REQUIRE(std::regex_search(output, parts, frame));
  // The same program, not stripped, is laid out alike.
  const auto asked =
      runner::run({.argv = {"addr2line", "-f", "-e", built("crash"), parts[2]}}, limit);
  INFO(asked.output);
  CHECK(has(asked.output, "crash_here\n"));
}

TEST_CASE("smashed return addresses end the trace, not the program's death", "[backtrace]") {
  const auto output = trace({"crash", "smashed"}, SIGSEGV);
  expect_frames(output, {"crash_here"});
  CHECK(has(output, "0x4141414141414141"));
  CHECK(has(output,
            "sidestep: [rank 3] the backtrace ends here: the stack cannot be read further\n"));
}

TEST_CASE("no stack at all: a crash while reading it is survived", "[backtrace]") {
  const auto output = trace({"crash", "stack_gone"}, SIGSEGV);
  CHECK(has(output,
            "sidestep: [rank 3] the backtrace ends here: the stack cannot be read further\n"));
}

TEST_CASE("a recursion without end is traced, up to a hundred frames", "[backtrace]") {
  const auto output = trace({"crash", "overflow"}, SIGSEGV);
  CHECK(count(output, "  overflow_here+0x") == 100);
  CHECK(has(output, "sidestep: [rank 3] and more\n"));
}

TEST_CASE("a program's own small alternate stack stays and is enough", "[backtrace]") {
  const auto output = trace({"crash", "own_stack"}, SIGSEGV);
  CHECK(has(output, "alternate stack mine"));
  expect_frames(output, {"crash_here", "own_stack", "main"});
}

TEST_CASE("so is the smallest that the kernel can use, and two KiB", "[backtrace]") {
  CHECK(count(trace({"crash", "smallest_stack"}, SIGSEGV), "  overflow_here+0x") == 100);
  CHECK(count(trace({"crash", "smallest_stack_handled"}, SIGSEGV, {{"TEST_LATER", "1"}}),
              "  overflow_here+0x") == 100);
}

TEST_CASE("a crash inside malloc is traced at once, with names", "[backtrace]") {
  const auto verdict = die({"crash", "in_malloc"}, SIGSEGV);
  expect_frames(verdict.output, {"malloc", "in_malloc", "main"});
  CHECK(verdict.took < 4s);
}

TEST_CASE("a dlopen that never ends elsewhere does not matter", "[backtrace]") {
  const auto output = trace({"crash", "loader_lock"}, SIGSEGV);
  expect_frames(output, {"crash_here", "loader_lock", "main"});
}

TEST_CASE("the loader's lock held elsewhere, all signals blocked: dies in time", "[backtrace]") {
  const Folder folder;
  const auto mark = folder.path().string();
  const auto output = trace({"crash", "loader_lists", mark}, SIGSEGV);
  expect_frames(output, {"crash_here"});
  CHECK(has(output, "the backtrace ends here: it took too long"));
  CHECK(processes_with(mark) == 0);  // what hung was killed
}

TEST_CASE("nobody reads stderr: dies in time", "[backtrace]") {
  die({"crash", "stuck_stderr"}, SIGSEGV);
}

TEST_CASE("no process can be started: the place of the crash is reported", "[backtrace]") {
  const auto output = trace({"crash", "no_processes"}, SIGSEGV);
  CHECK(std::regex_search(output, std::regex(R"(  0  0x\w+  \?  \S+/crash\+0x)")));
}

TEST_CASE("eight threads that crash at once: one reports", "[backtrace]") {
  for (int i = 0; i < 10; ++i)
    expect_frames(trace({"crash", "threads"}, SIGSEGV), {"crash_here", "crash_together"});
}

TEST_CASE("a forked child is traced under its own pid", "[backtrace]") {
  const auto verdict = run(program({"crash", "forked"}, true), limit);
  INFO(verdict.output);
  CHECK(verdict.end == End::works);
  std::smatch parts;
  REQUIRE(std::regex_search(verdict.output, parts, std::regex(R"(child (\d+): 11\n)")));
  CHECK(
      has(verdict.output, ", pid " + parts[1].str() + ", thread " + parts[1].str() + ": SIGSEGV"));
  expect_frames(verdict.output, {"crash_here", "forked", "main"});
}

TEST_CASE("a vforked child's crash leaves the parent its own trace", "[backtrace]") {
  const auto output = die({"crash", "vforked"}, SIGSEGV).output;
  expect_whole(output);
  CHECK(count(output, "end of the trace") == 2);
}

TEST_CASE("a program's own handler wins", "[backtrace]") {
  for (const bool before : {false, true})
    for (const bool traced : {false, true}) {
      Environment more = {{"TEST_SHOW", "1"}};
      if (before) more["TEST_LATER"] = "1";
      const auto verdict =
          run(program({"crash", before ? "handled_before" : "handled"}, traced, more), limit);
      INFO(before << traced << ": " << verdict.output);
      CHECK(verdict.end == End::exited);
      CHECK(verdict.number == 7);
      CHECK(has(verdict.output, "my handler\n"));
      CHECK(!has(verdict.output, "sidestep:"));
      // SIGILL 4, SIGBUS 7, SIGFPE 8, SIGSEGV 11
      CHECK(has(verdict.output, "traced 990\n") == (traced && !before));
      CHECK(has(verdict.output, "traced 190\n") == (traced && before));
    }
}

TEST_CASE("a signal that is ignored stays so", "[backtrace]") {
  const auto verdict = run(
      program({"crash", "ignored_before"}, true, {{"TEST_LATER", "1"}, {"TEST_SHOW", "1"}}), limit);
  INFO(verdict.output);
  CHECK(verdict.end == End::works);
  CHECK(has(verdict.output, "traced 890\n"));
  CHECK(has(verdict.output, "ignored\n"));
}

TEST_CASE("a handler without SA_ONSTACK gets what it would get", "[backtrace]") {
  for (const std::string first : {"", "raise", "queue", "kill", "thread"})
    for (const bool traced : {false, true}) {
      const auto verdict =
          run(program({"crash", "goes_on"}, traced, {{"TEST_LATER", "1"}, {"CRASH_FIRST", first}}),
              limit);
      INFO(first << traced << ": " << verdict.output);
      CHECK(verdict.end == End::works);
      CHECK(verdict.output == (first.empty() ? "met 100, wrong 0\n" : "met 101, wrong 0\n"));
    }
}

TEST_CASE("an exhausted stack is traced where the handler is not called", "[backtrace]") {
  const Environment later = {{"TEST_LATER", "1"}};
  for (const std::string kind : {"overflow_handled", "overflow_handled_once"}) {
    const auto output = trace({"crash", kind}, SIGSEGV, later);
    CHECK(count(output, "  overflow_here+0x") == 100);
    CHECK(!has(output, "my handler"));
  }
  expect_frames(trace({"crash", "large_array_handled"}, SIGSEGV, later),
                {"large_array_handled", "main"});
#if defined(__x86_64__)
  const auto output = trace({"crash", "fpe_without_stack"}, SIGSEGV, later);
  CHECK(has(output, "SIGFPE (integer division by zero)"));
  expect_frames(output, {"fpe_without_stack"});
#endif
}

TEST_CASE("the same in a thread, where it has an alternate stack", "[backtrace]") {
  const Environment later = {{"TEST_LATER", "1"}};
  CHECK(count(trace({"crash", "overflow_thread_own_stack"}, SIGSEGV, later),
              "  overflow_here+0x") == 100);
  CHECK(die({"crash", "overflow_thread_no_stack"}, SIGSEGV, later).output.empty());
}

TEST_CASE("spoilt lists of the loader end the trace, not the program", "[backtrace]") {
  const auto output = trace({"crash", "lists_gone"}, SIGSEGV);
  expect_frames(output, {"crash_in_library"});
  CHECK(has(output, "the backtrace ends here: the stack cannot be read further\n"));
}

TEST_CASE("there is one core file, and its first thread is the one that crashed", "[backtrace]") {
  if (tests::contents("/proc/sys/kernel/core_pattern").find_first_of("|/%") == 0) return;
  for (const std::string kind : {"segv", "lists_gone", "in_thread", "overflow"}) {
    const Folder folder;
    auto it = program({"crash", kind}, true, {{"TEST_CORE", "1"}});
    it.directory = folder.path();
    const auto verdict = run(it, limit);
    INFO(kind << ": " << verdict.output);
    CHECK(verdict.number == SIGSEGV);
    std::smatch thread;
    REQUIRE(std::regex_search(verdict.output, thread, std::regex(", thread (\\d+): ")));
    int cores = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder.path())) {
      ++cores;
      CHECK(std::to_string(first_thread_of_core(file.path())) == thread[1]);
    }
    CHECK(cores == 1);
  }
}

TEST_CASE("the process that looks leaves no core file when it dies", "[backtrace]") {
  const Folder folder;
  auto it = program({"crash", "lists_gone"}, true, {{"TEST_CORE", "1"}});
  it.directory = folder.path();
  const auto file = folder.path() / "strace";
  const auto verdict = under_strace({"-f", "-e", "trace=none", "-o", file}, it);
  const auto seen = tests::contents(file);
  INFO(verdict.output << seen);
  CHECK(count(seen, "+++ killed by SIGSEGV") == 2);
  CHECK(count(seen, "(core dumped)") <= 1);
}

TEST_CASE("nobody in the program notices the process that looks", "[backtrace]") {
  const auto output = trace({"crash", "children_counted"}, SIGSEGV);
  CHECK(!has(output, "SIGCHLD"));
  CHECK(!has(output, "a child"));
}

TEST_CASE("a killed program leaves no process that waits for a reader", "[backtrace]") {
  const Folder folder;
  const auto mark = folder.path().string();
  runner::Conversation talk(program({"crash", "stuck_stderr", mark}, true));
  const auto processes = [&] { return processes_with(mark); };
  REQUIRE(eventually([&] { return processes() == 2; }));
  talk.signal(SIGKILL);
  CHECK(eventually([&] { return processes() == 0; }));
  CHECK(talk.finish(limit).number == SIGKILL);
}

TEST_CASE("a crash of sidestep's own is survived, and does not reach the program's handler",
          "[backtrace]") {
  const Folder folder;
  const auto file = (folder.path() / "code").string();
  const auto output = trace({"crash", "headers_gone"}, SIGILL, {{"CRASH_FILE", file}});
  CHECK(!has(output, "my handler"));
  CHECK(has(output, "  ?  " + file + "+0x1000\n"));
}

TEST_CASE("where no process may share memory, a thread does it", "[backtrace]") {
  const Folder folder;
  const auto verdict =
      under_strace({"-f", "-e", "trace=clone", "-e", "inject=clone:error=EPERM:when=1+2", "-o",
                    folder.path() / "strace"},
                   program({"crash", "segv"}, true));
  INFO(verdict.output);
  CHECK(has(tests::contents(folder.path() / "strace"), "(INJECTED)"));
  expect_whole(verdict.output);
  expect_frames(verdict.output, {"crash_here", "segv", "main"});
}

TEST_CASE("the kernel sees the same death", "[backtrace]") {
  for (const std::string kind : {"segv", "fpe", "raised"}) {
    const Folder folder;
    const auto file = (folder.path() / "strace").string();
    std::string last[2];
    for (const bool traced : {false, true}) {
      const auto verdict =
          under_strace({"-e", "trace=none", "-o", file}, program({"crash", kind}, traced));
      INFO(verdict.output);
      CHECK(has(verdict.output, "end of the trace") == traced);
      for (const auto& line : lines_of(tests::contents(file)))
        if (line.starts_with("--- SIG")) last[traced] = line;
      // Other from run to run: pids, and where the program lies.
      last[traced] = std::regex_replace(last[traced], std::regex("si_pid=\\d+|0x[0-9a-f]{5,}"), "");
    }
    CHECK(last[0] != "");
    CHECK(last[0] == last[1]);
  }
}

TEST_CASE("a hundred crashes of all kinds, and none hangs", "[backtrace]") {
  const std::pair<const char*, int> kinds[] = {
      {"segv", SIGSEGV},      {"fpe", SIGFPE},        {"ill", SIGILL},      {"bus", SIGBUS},
      {"raised", SIGSEGV},    {"smashed", SIGSEGV},   {"threads", SIGSEGV}, {"overflow", SIGSEGV},
      {"in_malloc", SIGSEGV}, {"stack_gone", SIGSEGV}};
  for (int i = 0; i < 100; ++i) {
    const auto& [kind, signal] = kinds[i % std::size(kinds)];
    const auto verdict = run(program({"crash", kind}, true), limit);
    INFO(i << " " << kind << ": " << verdict.output);
    CHECK(verdict.end == End::killed);
    CHECK(verdict.number == signal);
    CHECK(verdict.took < 4s);
    expect_whole(verdict.output);
  }
}

TEST_CASE("the trace in a file, of mode 0600, and a line on stderr", "[backtrace]") {
  const Folder folder;
  const auto file = (folder.path() / "trace").string();
  const auto output = die({"crash", "segv"}, SIGSEGV, {{"TEST_FILE", file}}).output;
  INFO(output);
  CHECK(std::regex_match(
      output,
      std::regex(
          R"(sidestep: \[rank 3\] \S+ \(\S+, pid \d+\) died of SIGSEGV at 0x10: trace in \S+/trace\n)")));
  struct stat status;
  REQUIRE(stat(file.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0600);
  expect_whole(tests::contents(file));
  expect_frames(tests::contents(file), {"crash_here", "segv", "main"});
}

TEST_CASE("a link or a file that was there is not written to", "[backtrace]") {
  const Folder folder;
  const auto target = folder.write("target", "as it was\n");
  const auto link = folder.path() / "link";
  std::filesystem::create_symlink(target, link);
  std::filesystem::create_symlink(folder.path() / "nothing", folder.path() / "dangling");
  for (const auto& file : {target, link, folder.path() / "dangling", folder.path() / "no" / "no"}) {
    const auto output = trace({"crash", "segv"}, SIGSEGV, {{"TEST_FILE", file.string()}});
    expect_frames(output, {"crash_here", "segv", "main"});
  }
  CHECK(tests::contents(target) == "as it was\n");
  CHECK(!std::filesystem::exists(folder.path() / "nothing"));
}
