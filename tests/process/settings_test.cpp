// SPDX-License-Identifier: BSD-3-Clause
#include "process/settings.hpp"

#include "support/catch.hpp"

TEST_CASE("lists of remedies", "[settings]") {
  CHECK(process::list_has("a,b", "b"));
  CHECK(process::list_has("spawn-relay", "spawn-relay"));
  CHECK_FALSE(process::list_has("spawn-relay2", "spawn-relay"));
  CHECK_FALSE(process::list_has("", "spawn-relay"));
  CHECK_FALSE(process::list_has(",,", ""));
}
