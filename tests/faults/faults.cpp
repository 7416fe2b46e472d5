// SPDX-License-Identifier: BSD-3-Clause
#include "faults/faults.hpp"

#include <errno.h>
#include <sys/syscall.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <map>
#include <mutex>
#include <stdexcept>

#include "runner/runner.hpp"
#include "support/text.hpp"

namespace faults {
namespace {

using namespace std::chrono_literals;

// No time that a fault may take, but what tells a hang: docs/spawn.md names the longest wait, for a
// launcher that does not connect.
constexpr auto deadline = 90s;
constexpr auto grace = 30s;
constexpr int at_once = 4;  // most of a run is waiting

struct SystemCall {
  long number;
  const char* name;
  std::vector<std::pair<int, std::string>> errors;
};

/// "EMFILE, ENFILE" and their numbers: pairs. An errno of 0: the call cannot fail.
std::vector<std::pair<int, std::string>> pairs(std::vector<int> numbers, const std::string& names) {
  std::vector<std::pair<int, std::string>> all;
  std::size_t at = 0;
  for (const int number : numbers) {
    const auto end = std::min(names.find(',', at), names.size());
    if (number) all.emplace_back(number, names.substr(at, end - at));
    at = end + 2;
  }
  return all;
}

/// Null where system_calls.def lacks it.
const SystemCall* system_call(long number) {
  static const std::vector<SystemCall> all = {
#define SIDESTEP_CALL(name, ...) {SYS_##name, #name, pairs({__VA_ARGS__}, #__VA_ARGS__)},
#include "faults/system_calls.def"
#undef SIDESTEP_CALL
  };
  const auto found = std::ranges::find(all, number, &SystemCall::number);
  return found == all.end() ? nullptr : &*found;
}

std::string name_of(long number) {
  const auto* call = system_call(number);
  return call ? call->name : "system call " + std::to_string(number);
}

/// Who meets libmpi in the place of children that have ended.
bool needs_children_that_end(const std::string& process) {
  return process.starts_with("sidestep-connect");
}

runner::Verdict run(const tests::Build& build, const Fault& fault, const std::string& log) {
  auto program = build.guest("spawn_or_error", {}, tests::Shim::with);
  if (needs_children_that_end(fault.process)) program.argv.push_back("ending");
  program.argv.insert(program.argv.begin(), {tests::built_faults() / "inject", fault.process,
                                             fault.calls, fault.nth, fault.what, log});
  return runner::run(program, deadline, grace);
}

/// "result", "error" (MPI's), "missed", or what happened instead.
std::string outcome(const tests::Build& build, const Fault& fault) {
  const tests::Folder folder;
  const auto log = folder.path() / "log";
  const auto verdict = run(build, fault, log);
  const auto results = count(verdict.output, "result: 2 met\n");
  const auto errors = count(verdict.output, "failed: ");
  // On the terminal, hydra's words may come before the end of the program's last line.
  const bool whole = verdict.end == runner::End::works && results + errors == 2 &&
                     count(verdict.output, "finalized") == 1;
  if (!whole) {
    std::string left;
    for (const auto& one : verdict.left) left += "; " + one;
    return runner::describe(verdict) + left + "\n" + verdict.output;
  }
  if (!has(tests::contents(log), "here")) return "missed";
  return errors ? "error" : "result";
}

std::string ordinal(long number) {
  const long last = number % 100 / 10 == 1 ? 0 : number % 10;
  return std::to_string(number) + (last == 1 ? "st" : last == 2 ? "nd" : last == 3 ? "rd" : "th");
}

}  // namespace

std::vector<long> calls_of(const tests::Build& build, const std::string& process) {
  const tests::Folder folder;
  const auto log = folder.path() / "log";
  const auto verdict = run(build, {process, "all", "0", "0", ""}, log);
  const auto wanted = needs_children_that_end(process) ? "failed: " : "result: ";
  if (verdict.end != runner::End::works || count(verdict.output, wanted) != 2)
    throw std::runtime_error("without a fault: " + runner::describe(verdict) + "\n" +
                             verdict.output);
  std::vector<long> calls;
  std::ifstream lines(log);
  for (long number; lines >> number;) calls.push_back(number);
  return calls;
}

std::vector<Fault> failures(const std::string& process, const std::vector<long>& calls) {
  std::vector<Fault> all;
  std::map<long, long> seen;
  for (const long number : calls) {
    const auto* call = system_call(number);
    if (!call) throw std::runtime_error("system_calls.def lacks number " + std::to_string(number));
    const long nth = ++seen[number];
    for (const auto& [error, name] : call->errors)
      all.push_back({process, std::to_string(number), std::to_string(nth), std::to_string(error),
                     process + ": the " + ordinal(nth) + " " + call->name + " fails with " + name});
  }
  return all;
}

std::vector<Fault> shortages(const std::string& process, const std::vector<long>& calls) {
  struct Shortage {
    std::vector<long> calls;
    int error;
    const char* title;
  };
  static const std::vector<Shortage> kinds = {
      {{SYS_brk, SYS_mmap}, ENOMEM, "no memory"},
      {{SYS_openat, SYS_socket, SYS_pipe2, SYS_accept4, SYS_signalfd4, SYS_pidfd_open, SYS_dup2},
       EMFILE,
       "no descriptors"},
      {{SYS_clone}, EAGAIN, "no processes"},
      {{SYS_openat}, ENOENT, "no files, of /proc and /dev neither"}};
  std::vector<Fault> all;
  for (const auto& kind : kinds) {
    std::string list;
    long times = 0;
    for (const long call : kind.calls) {
      list += (list.empty() ? "" : ",") + std::to_string(call);
      times += std::count(calls.begin(), calls.end(), call);
    }
    for (long nth = 1; nth <= times; ++nth)
      all.push_back({process, list, std::to_string(nth) + "+", std::to_string(kind.error),
                     process + ": " + kind.title + " from the " + ordinal(nth) + " on"});
  }
  return all;
}

std::vector<Fault> signals(const std::string& process, const std::vector<long>& calls,
                           const std::string& which) {
  std::vector<Fault> all;
  for (std::size_t i = 0; i < calls.size(); ++i)
    all.push_back(
        {process, "all", std::to_string(i + 1), which,
         process + ": " + which + " at call " + std::to_string(i + 1) + ", " + name_of(calls[i])});
  return all;
}

std::vector<Fault> spread(const std::vector<Fault>& all, std::size_t count) {
  if (tests::is_long() || all.size() <= count) return all;
  std::vector<Fault> some;
  for (std::size_t i = 0; i < count; ++i) some.push_back(all[i * all.size() / count]);
  return some;
}

std::string Tally::text() const {
  return std::to_string(tried()) + " faults: " + std::to_string(results) + " results, " +
         std::to_string(errors) + " errors, " + std::to_string(wrong.size()) + " wrong";
}

Tally try_all(const tests::Build& build, const std::vector<Fault>& faults) {
  Tally tally;
  std::mutex tallying;
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i; (i = next++) < faults.size();) {
      const auto became = outcome(build, faults[i]);
      const std::lock_guard lock(tallying);
      if (became == "result")
        ++tally.results;
      else if (became == "error")
        ++tally.errors;
      else if (became == "missed")
        ++tally.missed;
      else
        tally.wrong.push_back(faults[i].title + ": " + became);
    }
  };
  std::vector<std::future<void>> workers;
  for (int i = 0; i < at_once; ++i) workers.push_back(std::async(std::launch::async, work));
  for (auto& worker : workers) worker.get();
  return tally;
}

}  // namespace faults
