#include "process/installed.hpp"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "configuration.hpp"
#include "process/text.hpp"
#include "real/old_glibc.hpp"

namespace installed {

bool path(const char* name, char (&into)[4096]) {
  Dl_info self;
  char library[PATH_MAX];
  if (!dlvsym || !dladdr(reinterpret_cast<void*>(&path), &self) ||
      !realpath(self.dli_fname, library))
    return false;
  *strrchr(library, '/') = 0;
  const auto whole = Text<sizeof into>()
                     << library << "/" << SIDESTEP_LIBEXEC_FROM_LIB << "/" << name;
  memcpy(into, whole.c_str(), whole.size() + 1);
  return !whole.cut();
}

bool conf(char (&into)[4096]) {
  Dl_info self;
  if (!dlvsym || !dladdr(reinterpret_cast<void*>(&path), &self) || !self.dli_fname) return false;
  const char* slash = strrchr(self.dli_fname, '/');
  if (!slash || slash - self.dli_fname >= static_cast<long>(sizeof into)) return false;
  char folder[sizeof into] = {};
  memcpy(folder, self.dli_fname, static_cast<size_t>(slash - self.dli_fname));
  const auto whole = Text<sizeof into>()
                     << folder << "/" << SIDESTEP_ETC_FROM_LIB << "/sidestep.conf";
  memcpy(into, whole.c_str(), whole.size() + 1);
  return !whole.cut();
}

}  // namespace installed
