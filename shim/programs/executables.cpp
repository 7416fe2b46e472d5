// SPDX-License-Identifier: BSD-3-Clause
#include "programs/executables.hpp"

#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "base/search_path.hpp"
#include "installed_paths.hpp"

namespace programs {
namespace {

std::string joined(const std::filesystem::path& folder, const std::string& name) {
  return folder / name;
}

}  // namespace

std::vector<std::string> folders_of(const std::string& path) {
  std::vector<std::string> all;
  base::any_folder(path.c_str(), [&](const char* folder) {
    all.emplace_back(folder);
    return false;
  });
  return all;
}

bool is_executable(const std::string& file) {
  struct stat status;
  return !stat(file.c_str(), &status) && S_ISREG(status.st_mode) && !access(file.c_str(), X_OK);
}

std::vector<std::string> all_in_path(const std::vector<std::string>& names) {
  std::vector<std::string> found;
  const char* path = std::getenv("PATH");
  if (!path) return found;
  for (const auto& folder : folders_of(path))
    for (const auto& name : names)
      if (auto file = joined(folder, name); is_executable(file)) found.push_back(std::move(file));
  return found;
}

std::string first_in_path(const std::string& name) {
  const auto found = all_in_path({name});
  return found.empty() ? std::string() : found[0];
}

std::string file_of(const std::string& program) {
  if (program.find('/') != program.npos) return program;
  const char* path = std::getenv("PATH");
  for (const auto& folder : folders_of(path ? path : default_path))
    if (auto file = joined(folder, program); is_executable(file)) return file;
  return {};
}

std::string own_file() {
  std::error_code no_proc;
  const auto file = std::filesystem::read_symlink("/proc/self/exe", no_proc);
  if (!no_proc) return file;
  // Where there is no /proc: the name that execve was given, from the folder that is still the
  // same.
  const auto* name = reinterpret_cast<const char*>(getauxval(AT_EXECFN));
  std::error_code error;  // a filter of system calls may refuse readlink
  const auto whole = std::filesystem::canonical(name ? name : "", error);
  return error ? std::filesystem::absolute(name ? name : "") : whole;
}

std::filesystem::path libexec_file(const std::string& name) {
  const auto folder = std::filesystem::path(own_file()).parent_path();
  return (folder / SIDESTEP_LIB_FROM_BIN / SIDESTEP_LIBEXEC_FROM_LIB / name).lexically_normal();
}

std::string kept_file(const std::string& file, int held) {
  const auto link = "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(held);
  struct stat kept, there;
  if (stat(link.c_str(), &kept)) return file;  // there is no /proc
  const bool same =
      !stat(file.c_str(), &there) && kept.st_dev == there.st_dev && kept.st_ino == there.st_ino;
  return same ? file : link;
}

}  // namespace programs
