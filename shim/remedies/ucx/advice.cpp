#include "remedies/ucx/advice.hpp"

#include <dlfcn.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>

#include "process/settings.hpp"
#include "base/environment.hpp"
#include "base/elf.hpp"
#include "remedies/ucx/bypass.hpp"
#include "remedies/ucx/answer.hpp"

namespace remedies::ucx {

constinit const Advice all_advice[4] = {
    {"UCX_HANDLE_ERRORS", ucx_signals, handle_errors},
    {"UCX_ERROR_SIGNALS", ucx_signals, error_signals},
    {"UCX_DEBUG_SIGNO", ucx_sighup, debug_signal},
    {"UCX_MEMTYPE_CACHE", ucx_memtype_cache, memtype_cache},
};

bool forced(const Remedy& remedy) { return settings::names(settings::get().force, remedy.id); }

const char* unless_set(const User& user, const Remedy& remedy, const char* variable,
                       const char* value) {
  return !forced(remedy) && user.of(variable) ? nullptr : value;
}

const char* told(const Advice& advice, const User& user) {
  const auto& settings = settings::get();
  if (settings.disabled || settings::names(settings.skip, advice.remedy.id)) return nullptr;
  return advice.value(user);
}

namespace {

// Where libucs is mapped that asked last and will handle signals: in answer() alone.
constinit std::atomic<const void*> with_handlers = nullptr;

}  // namespace

bool must_not_replace_stack(const void* caller) {
  const void* const ucx = with_handlers.load(std::memory_order_relaxed);
  real::Object object;
  if (!ucx || !real::object_of(caller, object) || object.base != ucx) return false;
  const auto& settings = settings::get();
  if (settings.disabled || settings::names(settings.skip, ucx_signals.id)) return false;
  stack_t now = {};
  return !syscall(SYS_sigaltstack, nullptr, &now) && !(now.ss_flags & SS_DISABLE);
}

const char* answer(const char* name, const char* value, const void* caller) {
  for (const Advice& advice : all_advice) {
    if (strcmp(name, advice.variable)) continue;
    real::Object object;
    const bool found = real::object_of(caller, object);
    const char* instead = told(advice, User(found ? object.path : nullptr));
    if (&advice == &all_advice[errors] && found && !instead)
      with_handlers.store(object.base, std::memory_order_relaxed);
    return instead ? instead : value;
  }
  return value;
}

Setting User::of(const char* variable) const {
  Setting setting;
  const char* value = real::environment(variable);
  if (value && !set_by_us(variable, value)) {
    setting.where = Setting::Where::environment;
    setting.value << value;
    setting.text << variable << "=" << value;
  } else if (reads_files_) {
    find_in_files(library_, variable, setting);
  }
  return setting;
}

}  // namespace remedies::ucx
