// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <string>
#include <vector>

#include "known/problem.hpp"

namespace known {

struct PartOf {
  const Problem* problem;
  const Message* message;  ///< nullptr: it is among the problem's words
  bool incomplete;         ///< the message has more that decides than was typed
};

/// The problems that have this text in one of their messages, where it is a name
/// ("HYDU_sock_write") or has to do with what decides; or among the words that people search for.
/// For what a person types: a log has much that stands in a message and decides nothing.
/// @return each problem once, in their order
std::vector<PartOf> problems_with(const std::vector<Problem>& problems, const std::string& typed);

}  // namespace known
