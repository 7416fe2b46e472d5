// The loader's functions as the program calls them. Both end in a tail call: the loader searches
// the RUNPATH of the object that it returns to, which must be the caller.
#include <dlfcn.h>

#include "hooks/export.hpp"
#include "real/real.hpp"
#include "remedies/ucx/ucx.hpp"

using namespace remedies;

SIDESTEP_EXPORT void* dlopen(const char* file, int flags) noexcept {
  if (flags & RTLD_DEEPBIND) ucx::before_opening_out_of_reach(file);
  const auto genuine = real::dlopen.from(nullptr);
  if (!genuine) return nullptr;
  return genuine(file, flags);
}

SIDESTEP_EXPORT void* dlmopen(Lmid_t space, const char* file, int flags) noexcept {
  ucx::before_opening_out_of_reach(file);
  const auto genuine = real::dlmopen.from(nullptr);
  if (!genuine) return nullptr;
  return genuine(space, file, flags);
}
