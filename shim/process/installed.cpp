#include "process/installed.hpp"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "configuration.hpp"
#include "process/text.hpp"
#include "real/loaded.hpp"

namespace installed {

bool path(const char* name, char (&into)[4096]) {
  real::Object self;
  char library[PATH_MAX] = {};
  if (!real::object_of(reinterpret_cast<void*>(&path), self)) return false;
  // Links that cannot be followed now are left: without its remedy a spawn may hang.
  if (!realpath(self.path, library) && strlen(self.path) < sizeof library)
    strcpy(library, self.path);
  char* slash = strrchr(library, '/');
  if (!slash) return false;
  *slash = 0;
  const auto whole = Text<sizeof into>()
                     << library << "/" << SIDESTEP_LIBEXEC_FROM_LIB << "/" << name;
  memcpy(into, whole.c_str(), whole.size() + 1);
  return !whole.cut();
}

bool conf(char (&into)[4096]) {
  real::Object self;
  if (!real::object_of(reinterpret_cast<void*>(&path), self)) return false;
  const char* slash = strrchr(self.path, '/');
  if (!slash || slash - self.path >= static_cast<long>(sizeof into)) return false;
  char folder[sizeof into] = {};
  memcpy(folder, self.path, static_cast<size_t>(slash - self.path));
  const auto whole = Text<sizeof into>()
                     << folder << "/" << SIDESTEP_ETC_FROM_LIB << "/sidestep.conf";
  memcpy(into, whole.c_str(), whole.size() + 1);
  return !whole.cut();
}

}  // namespace installed
