// SPDX-License-Identifier: BSD-3-Clause
#include "stack/julia.hpp"

#include <dlfcn.h>

#include "base/elf.hpp"
#include "base/loader.hpp"

namespace stack {
namespace {

int ask(const char* name) {
  void* function = nullptr;
  // Without DT_GNU_HASH a library's tables do not help; Julia's are in the global scope.
  if (!base::definitions(name, &function, 1)) function = base::genuine_dlsym(RTLD_DEFAULT, name);
  return function ? reinterpret_cast<int (*)()>(function)() : 0;
}

}  // namespace

int is_julia_loaded(bool alone) { return base::is_defined("jl_ver_major", alone); }

Julia describe_julia() {
  Julia julia;
  julia.major = ask("jl_ver_major");
  if (julia.known()) julia.minor = ask("jl_ver_minor");
  return julia;
}

}  // namespace stack
