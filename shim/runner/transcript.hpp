// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <string>
#include <vector>

#include "runner/program.hpp"

namespace runner {

/// What one run was: for a page that shows it.
struct Transcript {
  Program program;
  std::string typed;   ///< all that it was given to read: on a terminal with its control characters
  std::string output;  ///< all that was printed
  std::string ended;   ///< as describe() says it; "ended from outside": it was killed by its runner
};

/// While it lives, each run that ends in this thread is kept. One at a time in a thread.
class Recording {
 public:
  Recording();
  Recording(const Recording&) = delete;
  ~Recording();
  const std::vector<Transcript>& transcripts() const { return transcripts_; }

  /// Keeps it, where this thread has a recording.
  static void add(Transcript transcript);

 private:
  std::vector<Transcript> transcripts_;
};

}  // namespace runner
