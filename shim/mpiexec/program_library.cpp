// SPDX-License-Identifier: BSD-3-Clause
#include "mpiexec/program_library.hpp"

#include <dlfcn.h>
#include <limits.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "programs/executables.hpp"
#include "programs/start.hpp"

namespace mpiexec {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto patience = 20s;  // importing from a busy network file system

// mpi4py loads its libmpi, which need not start for that; then the kernel knows the file.
constexpr const char* ask_python =
    "import mpi4py\n"
    "mpi4py.rc.initialize = mpi4py.rc.finalize = False\n"
    "import mpi4py.MPI\n"
    "for line in open('/proc/self/maps'):\n"
    "    print(line.rstrip().split(None, 5)[-1])\n";

/// libmpi.so.12, libmpich.so.12, libmpi_abi.so.0, a wheel's libmpi-1a2b3c.so.12; not libmpifort.
bool is_libmpi(const fs::path& file) {
  const auto name = file.filename().string();
  if (!name.starts_with("libmpi") || name.find(".so") == name.npos) return false;
  const auto rest = name.substr(6);
  for (const char* next : {".so", "ch.so", "_abi.so", "-"})
    if (rest.starts_with(next)) return true;
  return false;
}

/// The first word of these that is the path of a libmpi.
std::string find_in(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto arrow = line.find(" => ");  // ldd's "	libmpi.so.12 => /path (0x…)"
    if (arrow != line.npos) line = line.substr(arrow + 4, line.rfind(" (") - arrow - 4);
    std::error_code error;
    if (line.starts_with('/') && is_libmpi(line)) return fs::canonical(line, error);
  }
  return {};
}

std::string version_of(const std::string& library) {
  const auto self = programs::own_file();
  const auto said = programs::output_of({self, "--say-version", library}, patience);
  return said.substr(0, said.find('\n'));
}

std::optional<Library> described(const std::string& library, const std::string& why) {
  if (library.empty()) return {};
  return Library{library, version_of(library), why};
}

/// The loader's own answer, by glibc's script: its rules are many, and of its version.
std::string libraries_of(const std::string& program) {
  const auto ldd = programs::first_in_path("ldd");
  return ldd.empty() ? "" : programs::output_of({ldd, program}, patience);
}

/// What a script's first line names, past env; "" for other files.
std::string interpreter_of(const fs::path& program) {
  std::ifstream file(program, std::ios::binary);
  std::string line, word;
  if (file.get() != '#' || file.get() != '!' || !std::getline(file, line)) return {};
  std::istringstream words(line);
  words >> word;
  if (fs::path(word).filename() != "env") return word;
  while (words >> word && (word.starts_with('-') || word.find('=') != word.npos)) continue;
  return programs::first_in_path(word);
}

bool is_python(const fs::path& program) {
  const auto name = program.filename().string();
  return name.starts_with("python") || name.starts_with("pypy");
}

}  // namespace

std::optional<Library> library_of(const std::string& program) {
  const auto interpreter = interpreter_of(program);
  if (const auto python = interpreter.empty() ? program : interpreter; is_python(python))
    return described(find_in(programs::output_of({python, "-c", ask_python}, patience)),
                     "mpi4py of " + python + " opens it");
  if (!interpreter.empty()) return {};
  return described(find_in(libraries_of(program)), program + " is linked with it");
}

bool is_linked_with(const std::string& program, const std::string& library) {
  return libraries_of(program).find("\t" + library) != std::string::npos;
}

int say_version(const char* library) {
  static char text[8193];  // MPI_MAX_LIBRARY_VERSION_STRING is 8192 in MPICH
  int length = 0;
  void* handle = dlopen(library, RTLD_LAZY | RTLD_GLOBAL);
  void* function = handle ? dlsym(handle, "PMPI_Get_library_version") : nullptr;
  // MPI-3.1, 8.1.1: may be called before MPI_Init.
  if (!function || reinterpret_cast<int (*)(char*, int*)>(function)(text, &length)) return 1;
  std::puts(text);
  return 0;
}

}  // namespace mpiexec
