// SPDX-License-Identifier: BSD-3-Clause
// A script's input is the script's: all of it arrives after a spawn too, and fd 0 stays what it is.
#include "matrix/cases.hpp"

namespace tests {
namespace {

using runner::Input;

constexpr int many = 100'000;

/// As tests/guests/input_reader.py expects them.
std::string numbered_lines(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "line " + std::to_string(i) + "\n";
  return text;
}

/// What the script says that happened, unless its end says more.
std::string outcome(const runner::Verdict& verdict) {
  const std::string says = "happened: ";
  const auto ended = judge(verdict, says);
  if (ended != "works") return ended;
  const auto from = verdict.output.find(says) + says.size();
  return verdict.output.substr(from, verdict.output.find_first_of("\r\n", from) - from);
}

std::string read_from(Input input, int lines, int before, const Build& build, Shim shim) {
  auto program =
      build.python({"input_reader.py", std::to_string(lines), std::to_string(before)}, shim);
  program.input = input;
  program.input_text = numbered_lines(lines);
  return outcome(run(program, deadline(shim)));
}

std::string read_own_file(const Build& build, Shim shim) {
  const Folder folder;
  auto program = build.python(
      {"input_reader.py", std::to_string(many), "10", folder.write("lines", numbered_lines(many))},
      shim);
  program.input = Input::closed;
  return outcome(run(program, deadline(shim)));
}

Case reads(const std::string& title, Input input, int lines, int before) {
  return {"input", title, [=](const Build& build, Shim shim) {
            return read_from(input, lines, before, build, shim);
          }};
}

}  // namespace

std::vector<Case> input_cases() {
  return {
      reads("100,000 lines from a pipe, 10 read before the spawn", Input::pipe, many, 10),
      reads("100,000 lines from a pipe, none read before the spawn", Input::pipe, many, 0),
      reads("100,000 lines from a file, 10 read before the spawn", Input::file, many, 10),
      reads("stdin is /dev/null", Input::null, 0, 0),
      reads("stdin is closed", Input::closed, 0, 0),
      {"input", "stdin is closed, a file of the script's is fd 0", read_own_file},
  };
}

}  // namespace tests
