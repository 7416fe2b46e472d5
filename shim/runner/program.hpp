// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace runner {

/// What the program has as stdin. With `terminal`, stdin, stdout and stderr are a new pseudo
/// terminal, 24x80, that controls the program's session; otherwise stdout and stderr are one pipe.
enum class Input { terminal, pipe, file, null, closed };

struct Program {
  /// argv[0] is looked up in the PATH that the program itself gets.
  std::vector<std::string> argv;
  /// Added to the runner's own environment; nullopt: removed. On a terminal TERM is xterm.
  std::map<std::string, std::optional<std::string>> environment = {};
  /// Where it starts; empty: where the runner is.
  std::string directory = {};
  Input input = Input::null;
  /// What the pipe gives or the file holds, of any size; on a terminal, what is typed ahead.
  std::string input_text = {};
};

}  // namespace runner
