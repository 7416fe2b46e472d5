// SPDX-License-Identifier: BSD-3-Clause
#include "cli/not_loaded.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "programs/executables.hpp"
#include "programs/program_loader.hpp"

namespace cli {

using programs::Words;

namespace {

/// Whether the kernel changes who it runs as, so that the loader trusts no environment.
bool changes_user(const struct stat& status) {
  return (status.st_mode & S_ISUID && status.st_uid != getuid()) ||
         (status.st_mode & S_ISGID && status.st_gid != getgid());
}

std::string why_not(const std::string& path) {
  struct stat status;
  // A library names no loader either: it may be an argument.
  if (stat(path.c_str(), &status) || !S_ISREG(status.st_mode) || access(path.c_str(), X_OK) ||
      std::filesystem::path(path).filename().string().find(".so") != std::string::npos)
    return {};
  if (programs::loader_of(path) == "")
    return path + " is linked statically: no loader reads LD_PRELOAD for it";
  if (changes_user(status))
    return path + (status.st_mode & S_ISUID ? " is set-user-id" : " is set-group-id") +
           ": the loader ignores LD_PRELOAD";
  return {};
}

}  // namespace

Words why_not_loaded(const Words& command) {
  Words all;
  for (const auto& word : command) {
    // A name alone is one of a launcher's options, rather.
    if (&word != &command[0] && word.find('/') == std::string::npos) continue;
    if (auto why = why_not(programs::file_of(word)); !why.empty()) all.push_back(std::move(why));
  }
  return all;
}

}  // namespace cli
