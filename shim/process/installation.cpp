// SPDX-License-Identifier: BSD-3-Clause
#include "process/installation.hpp"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/elf.hpp"
#include "installed_paths.hpp"

namespace process {
namespace {

/// @return whether it fits
bool beside(const char* library, const char* relative, const char* name, char (&into)[4096]) {
  const char* slash = strrchr(library, '/');
  if (!slash) return false;
  // In place: with a copy or two this would take 12 KiB of stack.
  size_t used = 0;
  const auto add = [&](const char* text, size_t length) {
    if (used + length >= sizeof into) return false;
    memcpy(into + used, text, length);
    into[used += length] = 0;
    return true;
  };
  return add(library, static_cast<size_t>(slash - library)) && add("/", 1) &&
         add(relative, strlen(relative)) && add("/", 1) && add(name, strlen(name));
}

}  // namespace

const char* own_library() { return base::own_path(); }

bool installed_file(const char* name, char (&into)[4096]) {
  const char* self = own_library();
  if (*self != '/') return false;
  char resolved[PATH_MAX];
  // Links that cannot be followed now are left: without its remedy a spawn may hang.
  return beside(realpath(self, resolved) ? resolved : self, SIDESTEP_LIBEXEC_FROM_LIB, name, into);
}

bool installed_conf(char (&into)[4096]) {
  const char* self = own_library();
  return *self == '/' && beside(self, SIDESTEP_ETC_FROM_LIB, "sidestep.conf", into);
}

}  // namespace process
