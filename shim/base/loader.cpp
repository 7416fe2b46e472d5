// SPDX-License-Identifier: BSD-3-Clause
#include "base/loader.hpp"

#include <dlfcn.h>
#include <gnu/libc-version.h>

#include <atomic>

#include "base/elf.hpp"
#include "base/text.hpp"

namespace base {
namespace {

constinit std::atomic<void*> known_dlsym = nullptr, known_dlopen = nullptr, known_dlclose = nullptr;

/// A function of the loader's: the definition after this library's. By the objects' tables, for
/// before 2.34 a program without libdl has none, and a reference to it would end the program
/// (oldest_glibc.hpp). Such a program has neither MPI nor UCX.
void* loader_function(const char* name, std::atomic<void*>& known) {
  void* found = known.load(std::memory_order_acquire);
  if (found) return found;
  if (libc_is_loader()) found = next_of_libc(name);
  if (!found) found = symbol_behind_object_of(reinterpret_cast<void*>(&loader_function), name);
  // This library may itself have been opened, behind all others.
  if (!found) definitions(name, &found, 1);
  if (found && !is_ours(found)) known.store(found, std::memory_order_release);
  return found;
}

void* symbol_in_object(const char* path, const char* name) {
  void* handle = open_library(path, RTLD_NOLOAD | RTLD_LAZY);  // which never maps anything
  if (!handle) return nullptr;
  void* found = genuine_dlsym(handle, name);
  if (void* close = loader_function("dlclose", known_dlclose))
    reinterpret_cast<decltype(&::dlclose)>(close)(handle);
  return found;
}

}  // namespace

bool libc_is_loader() {
  const char* version = gnu_get_libc_version();  // "2.36"
  read_number(version);
  return *version == '.' && read_number(++version) >= 34;
}

void* find_dlsym() { return loader_function("dlsym", known_dlsym); }

void* genuine_dlsym(void* handle, const char* name) {
  const auto genuine = reinterpret_cast<decltype(&::dlsym)>(find_dlsym());
  return genuine && !is_ours(reinterpret_cast<void*>(genuine)) ? genuine(handle, name) : nullptr;
}

void* open_library(const char* path, int flags) {
  const auto genuine =
      reinterpret_cast<decltype(&::dlopen)>(loader_function("dlopen", known_dlopen));
  return genuine ? genuine(path, flags) : nullptr;
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
    open_library(object.path, RTLD_NOLOAD | RTLD_LAZY);
}

}  // namespace base
