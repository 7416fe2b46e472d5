// SPDX-License-Identifier: BSD-3-Clause
#include "base/elf.hpp"

#include <unistd.h>

#include "support/catch.hpp"

TEST_CASE("a library's own tables say what it defines", "[base]") {
  static const int here = 0;  // the program itself is loaded first
  CHECK(base::symbol_behind_object_of(&here, "getpid") == reinterpret_cast<void*>(&getpid));
  CHECK(base::symbol_behind_object_of(reinterpret_cast<void*>(&getpid), "getpid") == nullptr);
  CHECK(base::symbol_behind_object_of(&here, "no such function") == nullptr);
  void* found[2] = {};
  CHECK(base::definitions("getpid", found, 2) == 1);
  CHECK(found[0] == reinterpret_cast<void*>(&getpid));
  CHECK(base::definitions("no such function", found, 2) == 0);
  CHECK(base::definitions("getpid", found, 0) == 0);
}
