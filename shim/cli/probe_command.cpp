// SPDX-License-Identifier: BSD-3-Clause
#include "cli/probe_command.hpp"

#include <dlfcn.h>

#include <memory>

#include "cli/formatted.hpp"
#include "cli/json_text.hpp"

namespace cli {
namespace {

template <class Function>
Function find(void* library, const char* name) {
  return reinterpret_cast<Function>(dlsym(library, name));
}

/// As the library numbers itself, or "".
std::string version_of(void* library) {
  int number = 0;
  unsigned major = 0, minor = 0, patch = 0;
  if (auto ucx = find<void (*)(unsigned*, unsigned*, unsigned*)>(library, "ucp_get_version")) {
    ucx(&major, &minor, &patch);
    return format("{}.{}.{}", major, minor, patch);
  }
  for (const char* name : {"cuDriverGetVersion", "cudaRuntimeGetVersion"})
    if (auto cuda = find<int (*)(int*)>(library, name); cuda && !cuda(&number))
      return format("{}.{}", number / 1000, number % 1000 / 10);
  return {};
}

std::string path_of(void* library) {
  for (const char* name : {"ucp_get_version", "cuDriverGetVersion", "cudaRuntimeGetVersion"}) {
    Dl_info object;
    if (void* found = dlsym(library, name); found && dladdr(found, &object))
      return object.dli_fname;
  }
  return {};
}

int probe(const std::string& name) {
  const auto fails = [](const std::string& why) {
    print(json_line({{"error", why}}));
    return 1;
  };
  // Global: a preloaded library finds the genuine MPI_Init in the scope of its caller.
  void* library = dlopen(name.c_str(), RTLD_NOW | RTLD_GLOBAL);
  if (!library) return fails(dlerror());
  if (dlsym(library, "MPI_Init")) {
    // The preloaded library's: it writes its diagnosis, and ends the process.
    find<int (*)(int*, char***)>(RTLD_DEFAULT, "MPI_Init")(nullptr, nullptr);
    return fails(name + ": its MPI_Init was not seen");
  }
  print(json_line({{"version", version_of(library)}, {"path", path_of(library)}}));
  return 0;
}

}  // namespace

Subcommand probe_command() {
  const auto library = std::make_shared<std::string>();
  return {.name = "probe",
          .help = "load a library and say what it is",
          .footer = "",
          .options = {{.names = "LIBRARY", .help = "", .value = library.get(), .required = true}},
          .hidden = true,  // the doctor's own
          .act = [library] { return probe(*library); }};
}

}  // namespace cli
