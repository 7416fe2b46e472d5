// SPDX-License-Identifier: BSD-3-Clause
#include "programs/program_loader.hpp"

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "programs/executables.hpp"

namespace programs {
namespace {

template <class Type>
bool read(std::ifstream& file, Type& into) {
  return static_cast<bool>(file.read(reinterpret_cast<char*>(&into), sizeof into));
}

std::string text_at(std::ifstream& file, const Elf64_Phdr& part) {
  constexpr std::size_t longest = 4096;  // PATH_MAX, as the kernel has it
  std::string text(std::min<std::size_t>(part.p_filesz, longest), '\0');
  file.seekg(static_cast<std::streamoff>(part.p_offset));
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  return text.substr(0, text.find('\0'));
}

/// The file that is linked with musl, "" where none is.
std::string musl_file(std::string file) {
  constexpr int deepest = 5;  // scripts that run scripts: the kernel's limit
  for (int depth = 0; depth <= deepest && !file.empty(); ++depth) {
    if (const auto loader = loader_of(file)) {
      const auto name = std::filesystem::path(*loader).filename().string();
      return name.starts_with("ld-musl-") ? file : "";
    }
    const auto interpreter = interpreter_of(file);
    file = interpreter.empty() ? "" : interpreter[0];
  }
  return {};
}

}  // namespace

std::optional<std::string> loader_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  Elf64_Ehdr head = {};
  if (!read(file, head) || std::memcmp(head.e_ident, ELFMAG, SELFMAG) ||
      head.e_ident[EI_CLASS] != ELFCLASS64 || !head.e_phnum)
    return {};
  file.seekg(static_cast<std::streamoff>(head.e_phoff));
  Elf64_Phdr part;
  for (int i = 0; i < head.e_phnum; ++i) {
    if (!read(file, part)) return {};
    if (part.p_type == PT_INTERP) return text_at(file, part);
  }
  return "";
}

Words interpreter_of(const std::string& script) {
  std::ifstream file(script, std::ios::binary);
  std::string line;
  if (file.get() != '#' || file.get() != '!' || !std::getline(file, line)) return {};
  std::istringstream words(line);
  return {std::istream_iterator<std::string>(words), {}};
}

std::string why_without_library(const std::string& program) {
  const auto file = musl_file(file_of(program));
  return file.empty()
             ? ""
             : file + " is linked with musl, and sidestep is for glibc: started without it";
}

}  // namespace programs
