// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/ucx/repair.hpp"

#include <signal.h>

#include <initializer_list>

#include "base/signal_action.hpp"
#include "remedies/ucx/advice.hpp"

namespace remedies::ucx {
namespace {

/// Takes the signal from UCX. A handler that the program installed after UCX stays; the one that it
/// had before UCX is put back.
void give_back(const stack::Ucx& ucx, int signal) {
  const auto now = base::signal_action(signal);
  if (!now.is_known()) return;  // a handler of the program's would be lost
  const bool its_own = ucx.holds(now.handler);
  // UCX warns where it does not handle the signal; before 1.13 it cannot be asked.
  if (ucx.is_error_signal && !its_own ? !ucx.is_error_signal(signal) : !its_own) return;
  ucx.disable_signal(signal);
  if (!its_own) base::set_signal_action(signal, now);
}

}  // namespace

void repair(const stack::Ucx& ucx) {
  const User user(ucx.path, ucx.reads_files());
  // Where the user wants UCX's traces, a UCX that was set in time handles the signals that nobody
  // else handled, and keeps them. One that handles SIGSEGV was not, and may have taken the others
  // from the program too: it must give back all, because it does not say where it took them.
  const bool missed =
      advised(all_advice[signals], user) && ucx.holds(base::signal_action(SIGSEGV).handler);
  if (advised(all_advice[errors], user) || missed)
    for (const int signal : {SIGSEGV, SIGILL, SIGBUS, SIGFPE}) give_back(ucx, signal);
  if (advised(all_advice[debug], user)) give_back(ucx, SIGHUP);
  // Before 1.12 this is no option of libucs, and the call says so by its status alone.
  const char* value = advised(all_advice[cache], user);
  if (value && ucx.set_option) ucx.set_option("MEMTYPE_CACHE", value);
}

}  // namespace remedies::ucx
