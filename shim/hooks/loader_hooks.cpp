// The loader's functions as the program calls them. They end in a tail call: the loader searches
// the RUNPATH of the object that it returns to, and what is "next" to it; that must be the caller.
#include <dlfcn.h>

#include "hooks/export.hpp"
#include "process/settings.hpp"
#include "genuine/resolve_dlsym.hpp"
#include "genuine/genuine.hpp"
#include "remedies/cuda/device_memory.hpp"
#include "remedies/ucx/answer.hpp"

using namespace remedies;

namespace {

void leaves_our_reach(const char* file) {
  ucx::before_opening_out_of_reach(file);
  cuda::opened_out_of_reach(file);
}

/// CUDA's functions are nobody's business while nobody watches allocations. `sidestep doctor` asks
/// at MPI_Init, of what is switched off too.
bool interposes(real::Domain domain) {
  const auto& settings = settings::get();
  return domain == real::Domain::cuda ? cuda::watches() : !settings.disabled || *settings.doctor;
}

}  // namespace

SIDESTEP_EXPORT void* dlopen(const char* file, int flags) noexcept {
  if (flags & RTLD_DEEPBIND) leaves_our_reach(file);
  const auto genuine = real::dlopen.from(nullptr);
  if (!genuine) return nullptr;
  return genuine(file, flags);
}

SIDESTEP_EXPORT void* dlmopen(Lmid_t space, const char* file, int flags) noexcept {
  if (space != LM_ID_BASE || flags & RTLD_DEEPBIND) leaves_our_reach(file);
  const auto genuine = real::dlmopen.from(nullptr);
  if (!genuine) return nullptr;
  return genuine(space, file, flags);
}

SIDESTEP_EXPORT void* dlsym(void* handle, const char* name) noexcept {
  const auto genuine = real::dlsym.from(nullptr);
  if (!genuine) return nullptr;
  if (real::may_be_interposed(name)) {
    const auto answer = real::asked(handle, name, __builtin_return_address(0), interposes);
    if (answer.known) return answer.address;
  }
  return genuine(handle, name);
}
