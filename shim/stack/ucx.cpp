// SPDX-License-Identifier: BSD-3-Clause
#include "stack/ucx.hpp"

#include <string.h>

#include "base/elf.hpp"
#include "base/loader.hpp"

namespace stack {
namespace {

bool describe(void* disable_signal, Ucx& ucx) {
  base::LoadedObject object;
  if (!base::object_of(disable_signal, object) || strlen(object.path) >= sizeof Ucx::path)
    return false;
  ucx = {};
  strcpy(ucx.path, object.path);
  ucx.base = object.base;
  ucx.disable_signal = reinterpret_cast<void (*)(int)>(disable_signal);
  const auto find = [&](const char* name) {
    return base::symbol_in_scope_of(disable_signal, name);
  };
  ucx.is_error_signal = reinterpret_cast<int (*)(int)>(find("ucs_debug_is_error_signal"));
  ucx.set_option =
      reinterpret_cast<int (*)(const char*, const char*)>(find("ucs_global_opts_set_value"));
  return true;
}

bool in_same_folder(const char* path, const char* other) {
  const char *end = strrchr(path, '/'), *other_end = strrchr(other, '/');
  return end && other_end && end - path == other_end - other &&
         !memcmp(path, other, static_cast<size_t>(end - path));
}

/// libucs does not know its version; the libucp that was built with it lies beside it.
void ask_version(Ucx& ucx, void* const* versions, int count) {
  for (int i = 0; i < count && !ucx.known(); ++i) {
    base::LoadedObject object;
    if (count > 1 &&
        (!base::object_of(versions[i], object) || !in_same_folder(ucx.path, object.path)))
      continue;
    unsigned major = 0, minor = 0, patch = 0;
    reinterpret_cast<void (*)(unsigned*, unsigned*, unsigned*)>(versions[i])(&major, &minor,
                                                                             &patch);
    ucx.major = static_cast<int>(major), ucx.minor = static_cast<int>(minor);
    ucx.patch = static_cast<int>(patch);
  }
}

}  // namespace

bool Ucx::holds(const void* address) const {
  base::LoadedObject object;
  return address && base::object_of(address, object) && object.base == base;
}

int describe_ucx(Ucx* into, int most) {
  constexpr int copies = 8;
  void *found[copies], *versions[copies];
  const int all = base::definitions("ucs_debug_disable_signal", found, copies);
  const int known = all ? base::definitions("ucp_get_version", versions, copies) : 0;
  int count = 0;
  for (int i = 0; i < all && count < most; ++i) {
    if (!describe(found[i], into[count])) continue;
    ask_version(into[count++], versions, known);
  }
  return count;
}

}  // namespace stack
