// SPDX-License-Identifier: BSD-3-Clause
#include "mpiexec/python_arguments.hpp"

#include <cstdlib>
#include <filesystem>
#include <string_view>

namespace mpiexec {
namespace {

namespace fs = std::filesystem;

// Of CPython 2.7 to 3.14 (Python/getopt.c, Python/initconfig.c@v3.13.0): each letter may share its
// word with others, and a value may stand in the same word.
constexpr std::string_view kept = "BEIOPsS", with_value = "XWQ", program_follows = "cm";

/// What Python puts in front for this script: the folder that it truly lies in, or a folder or an
/// archive that is run itself.
std::string first_for(const fs::path& script) {
  std::error_code error;
  const auto file = fs::canonical(script, error);
  if (error) return {};
  return fs::is_directory(file, error) || file.extension() == ".zip" || file.extension() == ".pyz"
             ? file
             : file.parent_path();
}

std::string current_folder() {
  std::error_code error;
  return fs::current_path(error);
}

}  // namespace

PythonProgram read_python(const Words& command) {
  PythonProgram it;
  bool safe_path = false, reads_environment = true, is_script = true;
  std::size_t at = 1;
  for (; at < command.size() && is_script; ++at) {
    const std::string_view word = command[at];
    if (word.size() < 2 || word[0] != '-') break;
    if (word == "--") {
      ++at;
      break;
    }
    if (word.starts_with("--")) {  // --check-hash-based-pycs WHEN; --help and the like run nothing
      at += word == "--check-hash-based-pycs";
      continue;
    }
    for (std::size_t letter = 1; letter < word.size(); ++letter) {
      const char one = word[letter];
      if (program_follows.find(one) != word.npos) {
        is_script = false;
        break;
      }
      if (kept.find(one) != word.npos) it.options.push_back({'-', one});
      safe_path = safe_path || one == 'I' || one == 'P';
      reads_environment = reads_environment && one != 'I' && one != 'E';
      if (with_value.find(one) == word.npos) continue;
      const bool apart = letter + 1 == word.size();
      const std::string value = apart ? at + 1 < command.size() ? command[at + 1] : ""
                                      : std::string(word.substr(letter + 1));
      if (one == 'X') it.options.insert(it.options.end(), {"-X", value});
      at += apart;
      break;
    }
  }
  const char* set = reads_environment ? std::getenv("PYTHONSAFEPATH") : nullptr;
  if (safe_path || (set && *set)) return it;
  is_script = is_script && at < command.size() && command[at] != "-";
  it.first = is_script ? first_for(command[at]) : current_folder();
  return it;
}

}  // namespace mpiexec
