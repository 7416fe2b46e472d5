// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/julia/julia_precompile.hpp"

#include <errno.h>

#include <filesystem>

#include "remedies/mpich.hpp"
#include "support/builds.hpp"
#include "support/catch.hpp"

using remedies::Result;
using tests::result;

TEST_CASE("where no Julia is loaded, a failure stays a failure", "[julia]") {
  tests::Folder folder;
  const auto cache = folder.path() / "compiled/v1.5/Package";
  std::filesystem::create_directories(cache);
  errno = EEXIST;
  CHECK(remedies::julia::after_mkdir(cache.c_str(), 0) == -1);
  CHECK(errno == EEXIST);
  errno = ENOENT;
  CHECK(remedies::julia::after_unlink((cache / "file.ji").c_str(), 0) == -1);
  CHECK(errno == ENOENT);
  CHECK(result(remedies::julia::julia_precompile, "4.2.3") == Result::not_needed);
}
