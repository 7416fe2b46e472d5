// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "support/builds.hpp"

namespace tests {

/// A copy of the staged prefix, to be changed, whose library is preloaded.
struct Prefix {
  Prefix() {
    std::filesystem::copy(command().parent_path().parent_path(), root(),
                          std::filesystem::copy_options::recursive);
  }
  std::filesystem::path root() const { return folder.path() / "prefix"; }
  /// The same program with the library of this prefix.
  runner::Program with(runner::Program program) const {
    const auto staged = command().parent_path().parent_path();
    program.environment["LD_PRELOAD"] = root() / std::filesystem::relative(library(), staged);
    return program;
  }

  Folder folder;
};

}  // namespace tests
