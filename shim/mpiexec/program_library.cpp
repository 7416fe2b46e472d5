// SPDX-License-Identifier: BSD-3-Clause
#include "mpiexec/program_library.hpp"

#include <limits.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <vector>

#include "mpiexec/python_arguments.hpp"
#include "programs/executables.hpp"
#include "programs/probe.hpp"
#include "programs/program_loader.hpp"
#include "programs/start.hpp"
#include "programs/untrusted.hpp"

namespace mpiexec {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto patience = 20s;  // importing from a busy network file system

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

/// What a program prints that is asked something.
std::string ask(const Words& command) {
  return programs::output_of(command, patience, programs::folder_to_ask_in());
}

std::string version_of(const std::string& library) {
  return programs::probed(ask({programs::probe_file(), "mpi-version", library}), "version");
}

std::optional<Library> described(const std::string& library, const std::string& why) {
  if (library.empty()) return {};
  return Library{library, version_of(library), why};
}

/// The loader's own answer, by glibc's script: its rules are many, and of its version.
std::string libraries_of(const std::string& program) {
  const auto ldd = programs::first_to_run("ldd");
  return ldd.empty() ? "" : ask({ldd, fs::absolute(program)});
}

/// What runs a script, past env, and its options there; none for other files.
Words past_env(Words interpreter) {
  if (interpreter.empty() || fs::path(interpreter[0]).filename() != "env") return interpreter;
  const auto is_program = [](const auto& word) {
    return !word.starts_with('-') && word.find('=') == word.npos;
  };
  auto program = std::find_if(interpreter.begin() + 1, interpreter.end(), is_program);
  if (program == interpreter.end()) --program;
  Words all{file_to_ask(*program)};
  all.insert(all.end(), program + 1, interpreter.end());
  return all;
}

/// What this Python's program finds first when it imports mpi4py: the folder beside it, where it
/// has one there that no other user could have written.
Words folder_with_mpi4py(const std::string& first, const std::string& program) {
  std::error_code error;
  if (first.empty() || !fs::exists(fs::path(first) / "mpi4py", error)) return {};
  return programs::may_run(fs::path(first) / "mpi4py", program) ? Words{first} : Words{};
}

/// What mpi4py of this Python opens.
std::string ask_python(const Words& command) {
  const auto self = programs::own_file();
  const auto script = programs::libexec_file("ask_mpi4py.py");
  if (!programs::may_run(script, self)) return {};
  const auto program = read_python(command);
  Words question{fs::absolute(command[0])};
  const auto add = [&](const Words& more) {
    question.insert(question.end(), more.begin(), more.end());
  };
  add(program.options);
  add({script});
  add(folder_with_mpi4py(program.first, command[0]));
  return ask(question);
}

bool is_python(const fs::path& program) {
  const auto name = program.filename().string();
  return name.starts_with("python") || name.starts_with("pypy");
}

}  // namespace

std::string file_to_ask(const std::string& program) {
  const auto file = programs::file_of(program);
  const bool named = program.find('/') != program.npos || file.starts_with('/');
  return named || programs::may_run(file) ? file : "";
}

std::optional<Library> library_of(Words command) {
  const auto program = command[0];
  const auto interpreter = past_env(programs::interpreter_of(program));
  if (!interpreter.empty()) command.insert(command.begin(), interpreter.begin(), interpreter.end());
  if (command[0].empty()) return {};  // of a script: it is not there, or not asked
  if (is_python(command[0]))
    return described(find_in(ask_python(command)), "mpi4py of " + command[0] + " loads it");
  if (!interpreter.empty()) return {};
  return described(find_in(libraries_of(program)), program + " is linked with it");
}

bool is_linked_with(const std::string& program, const std::string& library) {
  return libraries_of(program).find("\t" + library) != std::string::npos;
}

}  // namespace mpiexec
