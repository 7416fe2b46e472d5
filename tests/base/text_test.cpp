// SPDX-License-Identifier: BSD-3-Clause
#include "base/text.hpp"

#include <string>

#include "support/catch.hpp"

TEST_CASE("a text is cut, never overrun", "[base]") {
  base::Text<8> text;
  text << "ab" << -12L << "xyz-and-more";
  CHECK(text.c_str() == std::string("ab-12xy"));
  CHECK(text.size() == 7);
  CHECK(text.cut());
  CHECK(base::Text<32>().empty());
  CHECK((base::Text<32>() << 0L).c_str() == std::string("0"));
  CHECK((base::Text<32>() << (-9223372036854775807L - 1)).c_str() ==
        std::string("-9223372036854775808"));
}
