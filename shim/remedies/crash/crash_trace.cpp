// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/crash/crash_trace.hpp"

#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <atomic>

#include "base/loader.hpp"
#include "base/signal_action.hpp"
#include "process/identity.hpp"
#include "process/installation.hpp"
#include "process/settings.hpp"
#include "protocol/backtrace_start.hpp"
#include "remedies/ucx/decide.hpp"
#include "remedies/ucx/ucx_signals.hpp"
#include "stack/julia.hpp"

namespace remedies::crash {
namespace {

struct Signal {
  int number;
  char name[8];
};
constexpr Signal crashes[] = {
    {SIGSEGV, "SIGSEGV"}, {SIGBUS, "SIGBUS"}, {SIGILL, "SIGILL"}, {SIGFPE, "SIGFPE"}};

// What is to be told of a signal that the program has reset, and whom to ask for the program's own
// action; null until crashes are traced.
constinit std::atomic<protocol::BacktraceReset> reset = nullptr;
constinit std::atomic<protocol::BacktraceOwnAction> own_action = nullptr;

/// Signals whose crashes nobody else tells of, bit N for signal N. UCX holds those of which the
/// user wants its own traces. Julia says all that it knows, and in 1.5 only then sets the default
/// action (sigdie_handler, src/signals-unix.c@v1.5.3): that is not giving up.
unsigned long to_be_told(const stack::Ucx& ucx) {
  const bool has_julia = stack::describe_julia().known();
  unsigned long set = 0;
  for (const Signal& one : crashes) {
    const auto now = base::signal_action(one.number);
    if (!ucx.holds(now.handler) && !(has_julia && now.is_handled())) set |= 1UL << one.number;
  }
  return set;
}

constexpr char all_handled[] = "the program handles SIGSEGV, SIGBUS, SIGILL and SIGFPE itself";
constexpr char given_up[] = "; what its handlers give up would be traced";

/// Signals whose action is the default, bit N for signal N.
unsigned long unhandled() {
  unsigned long set = 0;
  for (const Signal& one : crashes)
    if (base::signal_action(one.number).handler == reinterpret_cast<void*>(SIG_DFL))
      set |= 1UL << one.number;
  return set;
}

/// "SIGSEGV, SIGBUS", bit N for signal N.
base::Text<64> names_of(unsigned long signals) {
  base::Text<64> names;
  for (const Signal& one : crashes)
    if (signals >> one.number & 1) names << (names.empty() ? "" : ", ") << one.name;
  return names;
}

/// In SIDESTEP_REPORT's folder: sidestep-crash-HOST-PID.txt. "": stderr.
void name_file(char (&into)[sizeof protocol::BacktraceSetup::file]) {
  const char* report = process::settings().report;
  if (!*report) return;
  const char* slash = strrchr(report, '/');
  char folder[sizeof process::Settings::report] = ".";
  if (slash) {
    memcpy(folder, report, static_cast<size_t>(slash - report));
    folder[slash - report] = 0;
  }
  const auto name = base::Text<sizeof into>()
                    << folder << "/sidestep-crash-" << process::HostName().name << "-"
                    << static_cast<long>(getpid()) << ".txt";
  if (!name.cut()) memcpy(into, name.c_str(), name.size() + 1);
}

Outcome decide(const ProcessFacts& facts) {
  Outcome outcome{Result::not_needed, {}};
  const auto signals = outcome_of(ucx::ucx_signals, facts);
  if (!facts.ucx)
    outcome.why << ucx::none_yet;
  else if (signals.result == Result::not_needed)
    outcome.why << ucx::name_of(*facts.ucx).c_str() << " traces no crash by itself";
  else if (signals.result != Result::applied)
    outcome.why << "ucx-signals is " << word(signals.result) << ": " << signals.why.c_str();
  else if (const auto told = to_be_told(*facts.ucx); !told)
    outcome.why << all_handled;
  else if (!(told & unhandled()))
    outcome = {Result::armed, base::Text<256>() << all_handled << given_up};
  else
    outcome = {Result::armed, base::Text<256>() << "UCX traces none: a crash would be traced"};
  return outcome;
}

}  // namespace

// libunwind stays out of the preloaded library, and out of every process that has no UCX.
constinit const Remedy crash_trace{"crash-trace", decide};

Outcome start_crash_trace(const stack::Ucx& ucx) {
  Outcome outcome{Result::cannot_help, {}};
  char path[4096];
  void* object = nullptr;
  if (process::installed_file("libsidestep-backtrace.so", path)) {
    base::Distrust why;
    if (!process::is_own(path, why)) {
      outcome.why << "libsidestep-backtrace.so is not loaded: " << why.c_str();
      return outcome;
    }
    object = base::open_library(path, RTLD_NOW | RTLD_LOCAL);
  }
  const auto find = [&](const char* name) {
    return object ? base::genuine_dlsym(object, name) : nullptr;
  };
  void* const start = find(protocol::backtrace_start_symbol);
  if (!start) {
    outcome.why << (object
                        ? "libsidestep-backtrace.so is of another version: start the program again"
                        : "libsidestep-backtrace.so, or libunwind which it needs, is not there");
    return outcome;
  }
  static protocol::BacktraceSetup setup;
  setup.signals = to_be_told(ucx);
  setup.rank = process::rank();
  name_file(setup.file);
  const auto free_ones = setup.signals & unhandled();
  const auto traced = reinterpret_cast<protocol::BacktraceStart>(start)(&setup);
  own_action.store(
      reinterpret_cast<protocol::BacktraceOwnAction>(find(protocol::backtrace_own_action_symbol)));
  reset.store(reinterpret_cast<protocol::BacktraceReset>(find(protocol::backtrace_reset_symbol)));
  if (free_ones && !traced) {
    outcome.why << "no signal could be traced";
    return outcome;
  }
  outcome.result = Result::armed;
  if (traced)
    outcome.why << names_of(traced).c_str() << " would be traced";
  else
    outcome.why << all_handled << given_up;
  if (*setup.file) outcome.why << ", in " << setup.file;
  return outcome;
}

void after_sigaction(int signal, const struct sigaction* wanted, struct sigaction* before) {
  const auto replace = own_action.load();
  if (replace && before) {
    base::SignalAction own{reinterpret_cast<void*>(before->sa_handler), 0, nullptr, 0};
    const void* const seen = own.handler;
    replace(signal, own);
    if (own.handler != seen) {
      *before = {};
      before->sa_handler = reinterpret_cast<sighandler_t>(own.handler);
      before->sa_flags = static_cast<int>(own.flags);
      before->sa_restorer = reinterpret_cast<void (*)()>(own.restorer);
      memcpy(&before->sa_mask, &own.mask, sizeof own.mask);
    }
  }
  const auto tell = reset.load();
  if (tell && wanted && wanted->sa_handler == SIG_DFL) tell(signal);
}

sighandler_t after_signal(int signal, sighandler_t wanted, sighandler_t before) {
  if (before == SIG_ERR) return before;
  base::SignalAction own{reinterpret_cast<void*>(before), 0, nullptr, 0};
  if (const auto replace = own_action.load()) replace(signal, own);
  const auto tell = reset.load();
  if (tell && wanted == SIG_DFL) tell(signal);
  return reinterpret_cast<sighandler_t>(own.handler);
}

}  // namespace remedies::crash
