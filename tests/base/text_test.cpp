// SPDX-License-Identifier: BSD-3-Clause
#include "base/text.hpp"

#include <string>

#include "support/catch.hpp"

TEST_CASE("a text is cut, never overrun", "[base]") {
  base::Text<8> text;
  text << "ab" << -12L << "xyz-and-more"
       << "!";
  CHECK(text.c_str() == std::string("ab-1…"));
  CHECK(text.size() == 7);
  CHECK(text.cut());
  text.clear();
  CHECK((text << "1234567").c_str() == std::string("1234567"));
  CHECK_FALSE(text.cut());
  CHECK(base::Text<32>().empty());
  CHECK((base::Text<32>() << 0L).c_str() == std::string("0"));
  CHECK((base::Text<32>() << (-9223372036854775807L - 1)).c_str() ==
        std::string("-9223372036854775808"));
}

TEST_CASE("a text is cut behind a whole character", "[base]") {
  // The mark takes the place of as many characters as it needs.
  CHECK((base::Text<8>() << "ééééé").c_str() == std::string("éé…"));
  CHECK((base::Text<9>() << "ééééé").c_str() == std::string("éé…"));
  CHECK((base::Text<8>() << "aé€😀").c_str() == std::string("aé…"));
  CHECK((base::Text<8>() << "€€€").c_str() == std::string("€…"));
  CHECK((base::Text<8>() << "😀😀").c_str() == std::string("😀…"));
  CHECK((base::Text<7>() << "😀😀").c_str() == std::string("…"));
  CHECK((base::Text<8>() << "\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9").size() == 7);
  CHECK((base::Text<3>() << "abc").c_str() == std::string("ab"));
}

TEST_CASE("what is UTF-8, and what is not", "[base]") {
  for (const char* text : {"a", "é", "€", "😀", "\xed\x9f\xbf", "\xee\x80\x80", "\xf4\x8f\xbf\xbf"})
    CHECK(base::utf8_length(text) == std::string(text).size());
  CHECK(base::utf8_length("") == 1);
  for (const char* text : {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80",
                           "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff",
                           "\xe9", "\xe2\x82", "\xf0\x9f\x98", "\xe9z"})
    CHECK(base::utf8_length(text) == 0);
}
