#include "remedies/ucx/repair.hpp"

#include <signal.h>

#include <initializer_list>

#include "base/signal_action.hpp"
#include "remedies/ucx/advice.hpp"

namespace remedies::ucx {
namespace {

/// Lets UCX forget the signal. What a program installed after UCX stays; what it had before UCX
/// came is put back.
void give_back(const real::Ucx& ucx, int signal) {
  const auto now = real::action_of(signal);
  if (!now.is_known()) return;  // a handler of the program's would be lost
  const bool its_own = ucx.holds(now.handler);
  // UCX complains where it does not hold the signal; before 1.13 it cannot be asked.
  if (ucx.is_error_signal && !its_own ? !ucx.is_error_signal(signal) : !its_own) return;
  ucx.disable_signal(signal);
  if (!its_own) real::set_action(signal, now);
}

}  // namespace

void repair(const real::Ucx& ucx) {
  const User user(ucx.path, ucx.reads_files());
  // Where the user wants UCX's traces, a UCX that was told in time holds what nobody else handled,
  // and keeps it. One that holds SIGSEGV was not, and may have taken the others from the program
  // too: it must give back all, because it cannot be asked from whom it took them.
  const bool missed =
      told(all_advice[signals], user) && ucx.holds(real::action_of(SIGSEGV).handler);
  if (told(all_advice[errors], user) || missed)
    for (const int signal : {SIGSEGV, SIGILL, SIGBUS, SIGFPE}) give_back(ucx, signal);
  if (told(all_advice[debug], user)) give_back(ucx, SIGHUP);
  // Before 1.12 this is no option of libucs, and the call says so by its status alone.
  const char* value = told(all_advice[cache], user);
  if (value && ucx.set_option) ucx.set_option("MEMTYPE_CACHE", value);
}

}  // namespace remedies::ucx
