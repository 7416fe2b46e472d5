// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Finds known messages in a text of any size, by the words that decide. Blanks, line breaks,
// colours, quotes and what is no ASCII are passed over, and so is what launchers and loggers write
// before a line.
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "known/problem.hpp"

namespace known {

struct Match {
  const Problem* problem;
  const Message* message;
  std::size_t line;   ///< where its first words that decide begin, from 1 on
  std::string shown;  ///< that line, the first 300 bytes of it
  std::size_t words;  ///< how many letters decided
};

/// Reads a text piece by piece. The memory that it takes does not grow with the text.
class Matcher {
 public:
  /// Looks for the messages of problems().
  Matcher();
  ~Matcher();
  Matcher(const Matcher&) = delete;
  Matcher& operator=(const Matcher&) = delete;

  void read(std::string_view bytes);

  /// To be called once, after the text's end.
  /// @return each problem that was found once, the most certain first
  std::vector<Match> finish();

 private:
  class Implementation;
  std::unique_ptr<Implementation> it_;
};

}  // namespace known
