// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdlib.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>

namespace cli {

/// A folder in TMPDIR for this user alone. It is removed with all that is in it.
class TemporaryFolder {
 public:
  /// @param name what its name begins with
  /// Throws std::runtime_error, which says what to do.
  explicit TemporaryFolder(const std::string& name) {
    const char* named = std::getenv("TMPDIR");
    const std::string there = named && *named ? named : "/tmp";
    path_ = there + "/" + name + "-XXXXXX";
    if (!mkdtemp(path_.data()))
      throw std::runtime_error("no folder can be made in " + there +
                               ": set TMPDIR to one that can be written to");
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }
  std::string file(const char* name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace cli
