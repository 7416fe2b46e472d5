#include "real/environment.hpp"

#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

namespace real {

// secure_getenv is libc's own getenv, reached without a look-up, except in setuid programs.
char* environment(const char* name) {
  static int secure = -1;
  if (secure < 0) secure = getauxval(AT_SECURE) != 0;
  if (!secure) return secure_getenv(name);
  const size_t length = strlen(name);
  for (char** entry = environ; entry && *entry; ++entry)
    if (!strncmp(*entry, name, length) && (*entry)[length] == '=') return *entry + length + 1;
  return nullptr;
}

}  // namespace real
