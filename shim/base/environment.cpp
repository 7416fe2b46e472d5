// SPDX-License-Identifier: BSD-3-Clause
#include "base/environment.hpp"

#include <string.h>
#include <unistd.h>

namespace base {

// libc's own getenv has no other name than the one that is interposed, but secure_getenv, which is
// of glibc 2.17 and finds nothing in a setuid program.
char* environment(const char* name) {
  if (!environ || !*name) return nullptr;
  const size_t length = strlen(name);
  for (char* const* entry = environ; const char* at = *entry; ++entry)
    if (at[0] == name[0] && !strncmp(at, name, length) && at[length] == '=')
      return const_cast<char*>(at) + length + 1;
  return nullptr;
}

}  // namespace base
