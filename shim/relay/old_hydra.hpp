// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Between a singleton and a hydra before 4.1: what has to be changed on the way.
#include <map>
#include <optional>
#include <string>

#include "relay/pmi.hpp"

namespace relay {

class OldHydra {
 public:
  /// @param init_answer hydra's answer to `init`, which was already asked
  /// @param kvsname the name of the key-value space, as the singleton knows it
  OldHydra(std::string init_answer, std::string kvsname);

  /// An answer that is given without asking hydra, or nothing.
  /// @param why the request is refused; "" where it is not
  std::optional<std::string> answer(const pmi::Request& request, std::string& why);

 private:
  std::optional<std::string> answer_get(const pmi::Request& request) const;
  std::string init_answer_, kvsname_;
  std::map<std::string, std::string> own_;  // what the singleton itself put
};

}  // namespace relay
