// SPDX-License-Identifier: BSD-3-Clause
#include "stack/mpi.hpp"

#include <dlfcn.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <atomic>

#include "base/elf.hpp"
#include "base/loader.hpp"
#include "base/mapped.hpp"
#include "base/remembered_object.hpp"
#include "base/text.hpp"

namespace stack {
namespace {

// PMPI_: a profiling tool defines the MPI_ names, only the library itself has these.
constexpr const char* version_function = "PMPI_Get_library_version";
constexpr int longest_version =
    8192;  // MPI_MAX_LIBRARY_VERSION_STRING is 8192 in MPICH, 256 in Open MPI

// The MPI library, once it is known, and an address inside.
constinit base::RememberedObject library;
constinit std::atomic<const void*> found_in = nullptr;

/// Whether MPICH was built for this device, and no other.
bool is_device(const char* text, const char* device) {
  const char* line = strstr(text, "\nMPICH Device:");
  if (!line) return false;
  line += strlen("\nMPICH Device:");
  while (*line == ' ' || *line == '\t') ++line;
  const size_t length = strlen(device);
  return !strncmp(line, device, length) && (line[length] == '\n' || !line[length]);
}

}  // namespace

bool parse_mpi_version(const char* text, Mpi& into) {
  const char* number = nullptr;
  if (!strncmp(text, "MPICH Version:", 14)) {
    into.family = Mpi::Family::mpich;
    number = text + 14;
    while (*number == ' ' || *number == '\t') ++number;
    const char* rest = number;
    into.major = base::read_number(rest);
    into.minor = *rest == '.' ? base::read_number(++rest) : 0;
    into.patch = *rest == '.' ? base::read_number(++rest) : 0;
    strcpy(into.version, "MPICH ");
    // Over UCX alone no port can be opened before 4.3 ("**ucx_nm_notsupported",
    // ucx_spawn.c@v4.2.3).
    into.no_spawn = into.before(4, 3, 0) && is_device(text, "ch4:ucx");
  } else {
    into.family = !strncmp(text, "Intel(R) MPI", 12) ? Mpi::Family::intel : Mpi::Family::other;
    into.version[0] = 0;
    number = text;
  }
  size_t used = strlen(into.version);
  // Open MPI names its package too, after a comma.
  while (used + 1 < sizeof into.version && *number && *number != '\n' && *number != ',')
    into.version[used++] = *number++;
  into.version[used] = 0;
  return into.family != Mpi::Family::other;
}

bool describe_mpi(const void* caller, Mpi& into) {
  void* function = base::genuine_dlsym(RTLD_DEFAULT, version_function);
  if (!function && caller) function = base::symbol_in_scope_of(caller, version_function);
  if (!function) base::definitions(version_function, &function, 1);
  base::LoadedObject object;
  if (!function || !base::object_of(function, object)) return false;
  library.set(object);
  found_in.store(function, std::memory_order_release);
  // Not static: two threads may ask at once.
  struct Buffers {
    char text[longest_version + 1], resolved[PATH_MAX];
  };
  const base::Mapped<Buffers> buffers;
  if (!buffers) return false;
  int length = longest_version;
  // MPI-3.1, 8.1.1: may be called before MPI_Init and after MPI_Finalize, by any thread.
  if (reinterpret_cast<int (*)(char*, int*)>(function)(buffers->text, &length)) return false;
  buffers->text[longest_version] = 0;
  parse_mpi_version(buffers->text, into);
  const char* path = realpath(object.path, buffers->resolved) ? buffers->resolved : object.path;
  if (strlen(path) >= sizeof into.path) return false;
  strcpy(into.path, path);
  return true;
}

bool is_an_mpi(const void* address) { return base::symbol_in_object_of(address, version_function); }

bool is_in_mpi(const void* address) { return library.holds(address); }

void* mpi_symbol(const char* name) {
  const void* const found = found_in.load(std::memory_order_acquire);
  return found ? base::symbol_in_scope_of(found, name) : nullptr;
}

}  // namespace stack
