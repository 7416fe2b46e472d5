// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/all/remedy_list.hpp"

#include <algorithm>
#include <string>

#include "support/catch.hpp"
#include "support/text.hpp"

TEST_CASE("a remedy's id is its name in the list, with dashes", "[remedies]") {
  std::vector<std::string> names = {
#define SIDESTEP_REMEDY(subject, name) #name,
#include "remedies/remedies.def"
#undef SIDESTEP_REMEDY
  };
  REQUIRE(names.size() == std::size(remedies::all::list));
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::replace(names[i].begin(), names[i].end(), '_', '-');
    CHECK(names[i] == remedies::all::list[i]->id);
  }
}
