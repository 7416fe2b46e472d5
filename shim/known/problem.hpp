// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What is known of a problem: the one place for its messages, its cause and what to do. From here
// come `sidestep list`, `sidestep explain`, docs/symptoms.md and docs/remedies/.
#include <string>
#include <vector>

namespace known {

/// A message that a problem shows.
struct Message {
  /// Word for word. "{host}" stands for what differs from case to case; what stands in "<<" and
  /// ">>" decides: where all of it is found, in any order, within a few hundred lines, it is this
  /// problem.
  std::string text;
  std::string versions;  ///< what prints it so
  /// Where we have it from: a file in tests/symptoms/recordings/, or the URL of a public thread.
  std::string source;
  std::string but = {};  ///< what else prints the same; "": nothing that we know
};

struct Problem {
  std::string id;        ///< "spawn-stdin"
  std::string symptom;   ///< what people see, one line
  std::string versions;  ///< what is affected
  std::string cause;
  std::string acts;     ///< what sidestep does; of a limit, what you can do
  std::string command;  ///< the one command that helps
  std::string cost;     ///< what the fix costs; "": of a limit
  std::vector<Message> messages;
  std::vector<std::string> words;  ///< what people search for where there is no message
  std::vector<std::string> links;  ///< upstream's threads
  bool fixable = true;             ///< false: a limit, which sidestep knows and cannot fix
};

}  // namespace known
