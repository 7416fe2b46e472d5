// SPDX-License-Identifier: BSD-3-Clause
// sidestep-probe: loads a library and says what it is, in a process in which a broken one harms
// nothing else. A program of its own, of libc alone: the commands are static, and can load nothing.
// sidestep-probe loaded: whether libsidestep.so is preloaded into what is started from here.
// Each line of its answer is "sidestep-probe: NAME=VALUE", among what libraries print.
#include <dlfcn.h>

#include <cstdio>
#include <cstring>
#include <initializer_list>

#include "base/oldest_glibc.hpp"

// From libdl, as before glibc 2.34.
#define OLD(name) __asm__(".symver " #name "," #name "@" SIDESTEP_OLDEST)
OLD(dladdr);
OLD(dlerror);
OLD(dlopen);
OLD(dlsym);

namespace {

template <class Function>
Function find(void* library, const char* name) {
  return reinterpret_cast<Function>(dlsym(library, name));
}

void say(const char* name, const char* value) {
  std::printf("sidestep-probe: %s=%s\n", name, value);
}

/// The library's own number, where it has one.
void say_version(void* library) {
  char text[64];
  int number = 0;
  unsigned major = 0, minor = 0, patch = 0;
  if (auto ucx = find<void (*)(unsigned*, unsigned*, unsigned*)>(library, "ucp_get_version")) {
    ucx(&major, &minor, &patch);
    std::snprintf(text, sizeof text, "%u.%u.%u", major, minor, patch);
    say("version", text);
    return;
  }
  for (const char* name : {"cuDriverGetVersion", "cudaRuntimeGetVersion"})
    if (auto cuda = find<int (*)(int*)>(library, name); cuda && !cuda(&number)) {
      std::snprintf(text, sizeof text, "%d.%d", number / 1000, number % 1000 / 10);
      say("version", text);
      return;
    }
}

void say_path(void* library) {
  for (const char* name : {"ucp_get_version", "cuDriverGetVersion", "cudaRuntimeGetVersion"}) {
    Dl_info object;
    if (void* found = dlsym(library, name); found && dladdr(found, &object))
      return say("path", object.dli_fname);
  }
}

int fails(const char* why) {
  say("error", why);
  return 1;
}

/// For the doctor, with libsidestep.so preloaded.
int examine(const char* name) {
  // Global: a preloaded library finds the genuine MPI_Init in the scope of its caller.
  void* library = dlopen(name, RTLD_NOW | RTLD_GLOBAL);
  if (!library) return fails(dlerror());
  if (dlsym(library, "MPI_Init")) {
    // The preloaded library's: it writes its diagnosis, and ends the process.
    find<int (*)(int*, char***)>(RTLD_DEFAULT, "MPI_Init")(nullptr, nullptr);
    return fails("its MPI_Init was not seen");
  }
  say_version(library);
  say_path(library);
  return 0;
}

/// For sidestep-mpiexec. MPI-3.1, 8.1.1: may be called before MPI_Init.
int mpi_version(const char* name) {
  static char text[8193];  // MPI_MAX_LIBRARY_VERSION_STRING is 8192 in MPICH
  int length = 0;
  void* library = dlopen(name, RTLD_LAZY | RTLD_GLOBAL);
  if (!library) return fails(dlerror());
  auto function = find<int (*)(char*, int*)>(library, "PMPI_Get_library_version");
  if (!function || function(text, &length)) return fails("it has no MPI_Get_library_version");
  text[std::strcspn(text, "\n")] = 0;
  say("version", text);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && !std::strcmp(argv[1], "loaded")) {
    // Exported by the library alone.
    say("loaded", dlsym(RTLD_DEFAULT, "sidestep_version") ? "yes" : "no");
    return 0;
  }
  if (argc == 3 && !std::strcmp(argv[1], "examine")) return examine(argv[2]);
  if (argc == 3 && !std::strcmp(argv[1], "mpi-version")) return mpi_version(argv[2]);
  std::fputs("sidestep-probe is sidestep's own: run sidestep doctor\n", stderr);
  return 125;
}
