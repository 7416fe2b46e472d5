// SPDX-License-Identifier: BSD-3-Clause
// The loader's functions as the program calls them. They end in a tail call: the loader searches
// the RUNPATH of the object that it returns to, and what is "next" to it; that must be the caller.
#include <dlfcn.h>

#include "genuine/genuine.hpp"
#include "genuine/resolve_dlsym.hpp"
#include "hooks/export.hpp"
#include "process/settings.hpp"
#include "remedies/cuda/cuda_allocations.hpp"
#include "remedies/cuda/device_memory.hpp"
#include "remedies/ucx/bypass.hpp"

using namespace remedies;

namespace {

/// Before a library is opened so that its look-ups bypass every preload.
void bypasses_preload(const char* file) {
  ucx::before_bypassing_open(file);
  cuda::opened_bypassing(file);
}

/// CUDA's functions are interposed only while allocations are watched; the others also where
/// sidestep is switched off and `sidestep doctor` asks, which it does at MPI_Init.
bool interposes(genuine::Domain domain) {
  const auto& settings = process::settings();
  return domain == genuine::Domain::cuda ? cuda::watches() : !settings.disabled || *settings.doctor;
}

}  // namespace

SIDESTEP_EXPORT void* dlopen(const char* file, int flags) noexcept {
  if (flags & RTLD_DEEPBIND) bypasses_preload(file);
  const auto genuine = genuine::dlopen.from(nullptr);
  if (!genuine) return nullptr;
  return genuine(file, flags);
}

SIDESTEP_EXPORT void* dlmopen(Lmid_t space, const char* file, int flags) noexcept {
  if (space != LM_ID_BASE || flags & RTLD_DEEPBIND) bypasses_preload(file);
  const auto genuine = genuine::dlmopen.from(nullptr);
  if (!genuine) return nullptr;
  return genuine(space, file, flags);
}

SIDESTEP_EXPORT void* dlsym(void* handle, const char* name) noexcept {
  const auto genuine = genuine::dlsym.from(nullptr);
  if (!genuine) return nullptr;
  if (genuine::may_be_interposed(name)) {
    const auto result =
        genuine::resolve_dlsym(handle, name, __builtin_return_address(0), interposes);
    if (result.known) return result.address;
  }
  return genuine(handle, name);
}
