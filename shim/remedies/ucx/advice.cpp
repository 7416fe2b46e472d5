#include "remedies/ucx/advice.hpp"

#include <dlfcn.h>
#include <string.h>

#include "process/settings.hpp"
#include "real/environment.hpp"
#include "real/old_glibc.hpp"
#include "remedies/ucx/environment.hpp"
#include "remedies/ucx/ucx.hpp"

namespace remedies::ucx {

constinit const Advice all_advice[4] = {
    {"UCX_HANDLE_ERRORS", ucx_signals, handle_errors},
    {"UCX_ERROR_SIGNALS", ucx_signals, error_signals},
    {"UCX_DEBUG_SIGNO", ucx_sighup, debug_signal},
    {"UCX_MEMTYPE_CACHE", ucx_memtype_cache, memtype_cache},
};

bool forced(const Remedy& remedy) { return settings::names(settings::get().force, remedy.id); }

const char* told(const Advice& advice, const User& user) {
  const auto& settings = settings::get();
  if (settings.disabled || settings::names(settings.skip, advice.remedy.id)) return nullptr;
  return advice.value(user);
}

const char* answer(const char* name, const char* value, const void* caller) {
  for (const Advice& advice : all_advice) {
    if (strcmp(name, advice.variable)) continue;
    Dl_info object;
    const bool found = dlsym && dladdr(caller, &object);
    const char* instead = told(advice, User(found ? object.dli_fname : nullptr));
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
