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
  CHECK_FALSE(remedies::julia::made_already(cache.c_str()));
  CHECK(errno == EEXIST);
  errno = ENOENT;
  CHECK_FALSE(remedies::julia::removed_already((cache / "file.ji").c_str()));
  CHECK(errno == ENOENT);
  CHECK(result(remedies::julia::julia_precompile, "4.2.3") == Result::not_needed);
}
