// SPDX-License-Identifier: BSD-3-Clause
#include "process/installation.hpp"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/elf.hpp"
#include "base/spin_lock.hpp"
#include "base/text.hpp"
#include "installed_paths.hpp"

namespace process {
namespace {

/// @return whether it fits
bool beside(const char* library, const char* relative, const char* name, char (&into)[4096]) {
  const char* slash = strrchr(library, '/');
  char folder[sizeof into] = {};
  if (!slash || slash - library >= static_cast<long>(sizeof folder)) return false;
  memcpy(folder, library, static_cast<size_t>(slash - library));
  const auto whole = base::Text<sizeof into>() << folder << "/" << relative << "/" << name;
  memcpy(into, whole.c_str(), whole.size() + 1);
  return !whole.cut();
}

}  // namespace

const char* own_library() {
  base::LoadedObject self;
  return base::object_of(reinterpret_cast<void*>(&own_library), self) ? self.path : "";
}

bool installed_file(const char* name, char (&into)[4096]) {
  static constinit base::SpinLock finding;
  static constinit char prefix_library[4096] = {};  // links resolved, once: each costs look-ups
  const char* self = own_library();
  if (*self != '/') return false;
  {
    const base::SpinGuard guard(finding);
    char resolved[PATH_MAX];
    // Links that cannot be followed now are left: without its remedy a spawn may hang.
    if (!*prefix_library && strlen(self) < sizeof prefix_library)
      strcpy(prefix_library, realpath(self, resolved) ? resolved : self);
  }
  return beside(prefix_library, SIDESTEP_LIBEXEC_FROM_LIB, name, into);
}

bool installed_conf(char (&into)[4096]) {
  const char* self = own_library();
  return *self == '/' && beside(self, SIDESTEP_ETC_FROM_LIB, "sidestep.conf", into);
}

bool is_own(const char* file, base::Distrust& why) {
  return base::is_trusted(file, base::writers_of(own_library()), why);
}

}  // namespace process
