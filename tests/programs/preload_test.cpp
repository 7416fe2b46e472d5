// SPDX-License-Identifier: BSD-3-Clause
#include "programs/preload.hpp"

#include "support/catch.hpp"

TEST_CASE("LD_PRELOAD keeps what was there", "[programs]") {
  using programs::with_library;
  CHECK(with_library("", "/p/libsidestep.so") == "/p/libsidestep.so");
  CHECK(with_library("liba.so:/b/libb.so", "/p/libsidestep.so") ==
        "/p/libsidestep.so:liba.so:/b/libb.so");
  CHECK(with_library("liba.so libb.so", "/p/libsidestep.so") ==
        "/p/libsidestep.so:liba.so:libb.so");
  CHECK(with_library("/old/libsidestep.so:liba.so", "/p/libsidestep.so") ==
        "/p/libsidestep.so:liba.so");
  CHECK(with_library("/x/libasan.so.8:liba.so", "/p/libsidestep.so") ==
        "/x/libasan.so.8:/p/libsidestep.so:liba.so");
}
