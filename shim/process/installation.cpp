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

/// libexec/sidestep, found once, and looked at once: each name on the way costs a look-up, which a
/// shared file system may have to answer.
struct ProgramFolder {
  base::SpinLock busy;
  char path[4096] = {};  ///< links resolved; "": not known yet
  bool trusted = false;
};
constinit ProgramFolder programs;

/// Its path, from that of this library, links resolved.
void find_programs(const char* library) {
  char resolved[PATH_MAX];
  const char* down = SIDESTEP_LIBEXEC_FROM_LIB;
  // Links that cannot be followed now are left: without its remedy a spawn may hang.
  if (!realpath(library, resolved) || strlen(resolved) + strlen(down) > sizeof programs.path) {
    beside(library, down, ".", programs.path);
    return;
  }
  char* end = strrchr(resolved, '/');
  for (*end = 0; !strncmp(down, "../", 3) && end > resolved; down += 3)
    *(end = strrchr(resolved, '/')) = 0;
  const auto whole = base::Text<sizeof programs.path>() << resolved << "/" << down;
  memcpy(programs.path, whole.c_str(), whole.size() + 1);
}

}  // namespace

const char* own_library() { return base::own_path(); }

bool installed_file(const char* name, char (&into)[4096]) {
  const char* self = own_library();
  if (*self != '/') return false;
  const base::SpinGuard guard(programs.busy);
  if (!*programs.path) find_programs(self);
  const auto whole = base::Text<sizeof into>() << programs.path << "/" << name;
  memcpy(into, whole.c_str(), whole.size() + 1);
  return *programs.path && !whole.cut();
}

bool installed_conf(char (&into)[4096]) {
  const char* self = own_library();
  return *self == '/' && beside(self, SIDESTEP_ETC_FROM_LIB, "sidestep.conf", into);
}

bool is_own(const char* file, base::Distrust& why) {
  const auto writers = base::writers_of(own_library());
  const base::SpinGuard guard(programs.busy);
  const size_t length = strlen(programs.path);
  const bool is_program =
      length && !strncmp(file, programs.path, length) && strrchr(file, '/') == file + length;
  const bool trusted =
      base::is_trusted(file, writers, why, is_program && programs.trusted ? length : 0);
  programs.trusted = programs.trusted || (is_program && trusted);
  return trusted;
}

}  // namespace process
