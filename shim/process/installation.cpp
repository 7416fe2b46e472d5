#include "process/installation.hpp"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "configuration.hpp"
#include "base/text.hpp"
#include "base/elf.hpp"

namespace installed {
namespace {

/// @return whether it fits
bool beside(const char* library, const char* relative, const char* name, char (&into)[4096]) {
  const char* slash = strrchr(library, '/');
  char folder[sizeof into] = {};
  if (!slash || slash - library >= static_cast<long>(sizeof folder)) return false;
  memcpy(folder, library, static_cast<size_t>(slash - library));
  const auto whole = Text<sizeof into>() << folder << "/" << relative << "/" << name;
  memcpy(into, whole.c_str(), whole.size() + 1);
  return !whole.cut();
}

}  // namespace

const char* library() {
  real::Object self;
  return real::object_of(reinterpret_cast<void*>(&path), self) ? self.path : "";
}

bool path(const char* name, char (&into)[4096]) {
  const char* self = library();
  if (*self != '/') return false;
  char resolved[PATH_MAX];
  // Links that cannot be followed now are left: without its remedy a spawn may hang.
  return beside(realpath(self, resolved) ? resolved : self, SIDESTEP_LIBEXEC_FROM_LIB, name, into);
}

bool conf(char (&into)[4096]) {
  const char* self = library();
  return *self == '/' && beside(self, SIDESTEP_ETC_FROM_LIB, "sidestep.conf", into);
}

}  // namespace installed
