// SPDX-License-Identifier: BSD-3-Clause
#include "base/loader.hpp"

#include <gnu/libc-version.h>

#include <atomic>

#include "base/elf.hpp"
#include "base/old_glibc.hpp"
#include "base/text.hpp"

namespace base {
namespace {

constinit std::atomic<void*> known_dlsym = nullptr;

void* symbol_in_object(const char* path, const char* name) {
  void* handle = dlopen(path, RTLD_NOLOAD | RTLD_LAZY);  // which never maps anything
  void* found = handle ? genuine_dlsym(handle, name) : nullptr;
  if (handle) dlclose(handle);
  return found;
}

}  // namespace

bool libc_is_loader() {
  const char* version = gnu_get_libc_version();  // "2.36"
  read_number(version);
  return *version == '.' && read_number(++version) >= 34;
}

void* find_dlsym() {
  void* known = known_dlsym.load(std::memory_order_acquire);
  if (known) return known;
  void* found = libc_is_loader() ? next_of_libc("dlsym") : nullptr;
  // dlsym cannot be asked for itself. The version is there for sure: to ask for one that is not
  // would allocate a message, and the program's malloc may be the one that asks for dlsym.
  if (!found && dlvsym)
    found = dlvsym(RTLD_NEXT, "dlsym", libc_is_loader() ? "GLIBC_2.34" : SIDESTEP_OLDEST);
  // A program that calls dlopen has libdl, though perhaps not in a scope that dlvsym is found in.
  if (!found) found = symbol_behind_object_of(reinterpret_cast<void*>(&find_dlsym), "dlsym");
  if (found && !is_ours(found)) known_dlsym.store(found, std::memory_order_release);
  return found;
}

void* genuine_dlsym(void* handle, const char* name) {
  const auto genuine = reinterpret_cast<decltype(&::dlsym)>(find_dlsym());
  return genuine && !is_ours(reinterpret_cast<void*>(genuine)) ? genuine(handle, name) : nullptr;
}

void* symbol_in_scope_of(const void* address, const char* name) {
  LoadedObject object;
  // The program's own scope is RTLD_DEFAULT's, in which we come early ourselves.
  if (!object_of(address, object) || object.path == program_path) return nullptr;
  return symbol_in_object(object.path, name);
}

void keep_loaded(const void* address) {
  LoadedObject object;
  if (object_of(address, object) && object.path != program_path)
    dlopen(object.path, RTLD_NOLOAD | RTLD_LAZY);
}

}  // namespace base
