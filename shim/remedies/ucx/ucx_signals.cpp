// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/ucx/ucx_signals.hpp"

#include <signal.h>
#include <string.h>

#include <atomic>

#include "base/elf.hpp"
#include "base/environment.hpp"
#include "base/log.hpp"
#include "base/signal_action.hpp"
#include "process/settings.hpp"
#include "remedies/ucx/decide.hpp"

namespace remedies::ucx {
namespace {

constexpr const char* errors_variable = "UCX_HANDLE_ERRORS";
constexpr const char* signals_variable = "UCX_ERROR_SIGNALS";

/// Whether this list of signals, as UCX reads it (names with or without SIG, or numbers), has
/// SIGSEGV.
bool has_segv(const char* list) {
  bool found = false;
  process::each_item(list, [&](const char* item, unsigned long length) {
    if (length > 3 && !strncasecmp(item, "SIG", 3)) item += 3, length -= 3;
    found = found || (length == 4 && !strncasecmp(item, "SEGV", 4)) ||
            (length == 2 && !strncmp(item, "11", 2));
  });
  return found;
}

bool is_none(const Setting& errors) {
  return errors.value.empty() || !strcmp(errors.value.c_str(), "none");
}

/// Whether the program handles SIGSEGV: there is a handler, and it is not UCX's.
bool program_handles_segv(const char* libucs) {
  const auto now = base::signal_action(SIGSEGV);
  base::LoadedObject object;
  if (!now.is_handled()) return false;
  return !libucs || !base::object_of(now.handler, object) || strcmp(object.path, libucs);
}

/// The user's setting has UCX take SIGSEGV from a program that handles it: reported once. Looked at
/// when UCX asks first, before it takes the signal; it asks again at its end, when the program's
/// handler may be one that came later and is in no danger.
void warn(const Setting& set, const char* libucs) {
  static constinit std::atomic_flag asked = ATOMIC_FLAG_INIT;
  if (asked.test_and_set() || !has_segv(set.value.c_str()) || !program_handles_segv(libucs)) return;
  base::log(
      base::Text<512>() << set.text.c_str()
                        << " takes SIGSEGV from this program, which handles it itself and may "
                           "be killed now; unset it, or set SIDESTEP_FORCE=ucx-signals");
}

Outcome decide(const ProcessFacts& facts) {
  Outcome outcome{Result::not_needed, {}};
  if (!facts.ucx) {
    outcome.why << none_yet;
    return outcome;
  }
  const auto& ucx = *facts.ucx;
  const User user(ucx.path, ucx.reads_files());
  const auto signals = user.of(signals_variable);
  const auto errors = user.of(errors_variable);
  const bool force = is_forced(ucx_signals);
  // Before the user's own: MPI.jl sets UCX_ERROR_SIGNALS after Julia has opened its first library.
  const char* told = base::environment(errors_variable);
  const bool told_before = !force && !errors && told && set_by_us(errors_variable, told);
  if (!force && !told_before && (signals || (errors && is_none(errors)))) {
    outcome.result = Result::left_to_user;
    outcome.why << (signals ? signals : errors).text.c_str() << " is set";
    return outcome;
  }
  if (!errors && !force && ucx.known() && !ucx.before(1, 20)) {
    outcome.why << name_of(ucx).c_str() << " handles no signal of a crash by itself";
    return outcome;
  }
  if (ucx.holds(base::signal_action(SIGSEGV).handler)) {
    outcome.result = Result::cannot_help;
    outcome.why << name_of(ucx).c_str() << " does not give SIGSEGV back";
    return outcome;
  }
  outcome.result = Result::applied;
  outcome.why << name_of(ucx).c_str();
  if (told_before && signals) {
    outcome.why << " gets " << errors_variable
                << "= by the environment, so that it handles none of " << signals.text.c_str();
    return outcome;
  }
  if (errors && !force)
    outcome.why << " leaves SIGSEGV alone; " << errors.text.c_str() << " is the user's";
  else
    outcome.why << " gets " << errors_variable << "= (none), the default of 1.20";
  return outcome;
}

}  // namespace

// Julia's garbage collector, a JVM's null checks and Go's panics use SIGSEGV. UCX takes the signal
// from its handler and ends the program (up to 1.19 by default,
// src/ucs/config/global_opts.c:128@v1.18.1; from 1.20 on where UCX_HANDLE_ERRORS asks for it).
// Every UCX is set to what 1.20 has by default: no handler, and no alternate stack either.
constinit const Remedy ucx_signals{"ucx-signals", decide};

// Empty, and not "none", which only 1.11 and newer know (global_opts.c@v1.10.1): no bit is set.
const char* handle_errors(const User& user) {
  if (is_forced(ucx_signals)) return "";
  if (const auto errors = user.of(errors_variable)) return is_none(errors) ? "" : nullptr;
  return user.of(signals_variable) ? nullptr : "";
}

const char* error_signals(const User& user) {
  if (is_forced(ucx_signals)) return nullptr;  // no signal is handled at all
  if (const auto set = user.of(signals_variable)) {
    warn(set, user.library());
    return nullptr;
  }
  const auto errors = user.of(errors_variable);
  if (!errors || is_none(errors)) return nullptr;
  // The user wants UCX's traces, and did not say for which signals: those that have no handler yet.
  static constexpr char lists[8][24] = {
      "",       "SIGILL",        "SIGBUS",        "SIGILL,SIGBUS",
      "SIGFPE", "SIGILL,SIGFPE", "SIGBUS,SIGFPE", "SIGILL,SIGBUS,SIGFPE"};
  const auto is_free = [](int signal) { return !base::signal_action(signal).is_handled(); };
  return lists[is_free(SIGILL) + 2 * is_free(SIGBUS) + 4 * is_free(SIGFPE)];
}

}  // namespace remedies::ucx
