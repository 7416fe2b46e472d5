// SPDX-License-Identifier: BSD-3-Clause
#include "base/environment.hpp"

#include <string.h>
#include <unistd.h>

#include <atomic>

#include "base/elf.hpp"

namespace base {
namespace {

using Getenv = char* (*)(const char*);
constinit std::atomic<Getenv> genuine = nullptr;

/// In a static program, which has no hook, and in a namespace of dlmopen.
char* search(const char* name) {
  if (!environ || !*name) return nullptr;
  const size_t length = strlen(name);
  for (char* const* entry = environ; const char* at = *entry; ++entry)
    if (at[0] == name[0] && !strncmp(at, name, length) && at[length] == '=')
      return const_cast<char*>(at) + length + 1;
  return nullptr;
}

[[gnu::noinline]] Getenv find() {
  const auto found = reinterpret_cast<Getenv>(next_of_libc("getenv"));
  const Getenv now = found ? found : search;
  genuine.store(now, std::memory_order_relaxed);
  return now;
}

}  // namespace

char* environment(const char* name) {
  const Getenv known = genuine.load(std::memory_order_relaxed);
  return known ? known(name) : find()(name);
}

}  // namespace base
