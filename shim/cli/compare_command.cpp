// SPDX-License-Identifier: BSD-3-Clause
#include "cli/compare_command.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <system_error>

#include "cli/compare_text.hpp"
#include "cli/formatted.hpp"
#include "programs/preload.hpp"
#include "runner/runner.hpp"

namespace cli {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

struct Options {
  bool terminal = false;
  std::vector<std::string> lines;  ///< typed one after the other
  std::string prompt;              ///< what is waited for before each; "": silence
  std::string stdin_file;
  double timeout = 60;
  std::string colour = "auto";

  milliseconds limit() const { return milliseconds(static_cast<long>(timeout * 1000)); }
};

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path))
    throw std::runtime_error(path + ": cannot be read: --stdin wants a file");
  return {std::istreambuf_iterator<char>(file), {}};
}

milliseconds left(Clock::time_point until) {
  return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(until - Clock::now()));
}

/// Waits until the program wants a line: it printed something, and then nothing for a second. One
/// that never prints is typed to after three.
void await_silence(runner::Conversation& program, Clock::time_point until) {
  constexpr milliseconds step(100), silence(1000), patience(3000);
  milliseconds quiet(0);
  for (std::size_t seen = program.output().size(), first = seen; program.running();) {
    if (Clock::now() >= until || quiet >= (seen == first && !seen ? patience : silence)) return;
    program.pause(step);
    quiet = program.output().size() == seen ? quiet + step : milliseconds(0);
    seen = program.output().size();
  }
}

/// "^C" is Ctrl-C.
bool is_key(const std::string& line) { return line.size() == 2 && line[0] == '^'; }

runner::Verdict converse(const runner::Program& program, const Options& options) {
  const auto until = Clock::now() + options.limit();
  runner::Conversation conversation(program);
  for (const auto& line : options.lines) {
    if (options.prompt.empty())
      await_silence(conversation, until);
    else if (!conversation.expect(options.prompt, left(until)))
      break;
    if (is_key(line))
      conversation.press(line[1]);
    else
      conversation.type(line);
  }
  return conversation.finish(left(until), milliseconds(2000));
}

runner::Verdict run_once(const Words& command, const Options& options, bool with) {
  runner::Program program{.argv = command};
  const char* preload = std::getenv("LD_PRELOAD");
  const auto value =
      with ? programs::with_library(preload ? preload : "", programs::preload_library())
           : programs::without_library(preload ? preload : "");
  program.environment["LD_PRELOAD"] = value.empty() ? std::nullopt : std::optional(value);
  if (options.terminal) {
    program.input = runner::Input::terminal;
  } else if (!options.stdin_file.empty()) {
    program.input = runner::Input::file;
    program.input_text = read_file(options.stdin_file);
  }
  try {
    return options.terminal ? converse(program, options)
                            : runner::run(program, options.limit(), milliseconds(2000));
  } catch (const std::system_error& error) {
    throw std::runtime_error(command[0] + ": " + error.code().message());
  }
}

int compare(const Words& command, const Options& options) {
  if (command.empty())
    throw std::runtime_error("compare needs a command: sidestep compare -- COMMAND [ARGUMENT...]");
  const auto without = run_once(command, options, false);
  const auto with = run_once(command, options, true);
  print(text_of(without, with, screen_of_stdout(options.colour)));
  return !same(without, with);
}

}  // namespace

Subcommand compare_command(const Words& program) {
  const auto options = std::make_shared<Options>();
  return {
      .name = "compare",
      .help =
          "run a program without sidestep, then with it, and show the difference: sidestep compare "
          "[OPTIONS] -- COMMAND...",
      .footer =
          "What the program starts is ended with it. Exit status 1: the two differ.\n"
          "Examples: sidestep compare -- python parent.py\n"
          "          sidestep compare --terminal --type 'print(1)' --type ^D -- python -i "
          "parent.py",
      .options =
          {{"--terminal", "the program gets a terminal of its own", &options->terminal},
           {.names = "--type",
            .help = "a line typed when the program falls silent, or ^C, ^D; again for the next one",
            .value = &options->lines,
            .needs = "--terminal",
            .shown = "LINE"},
           {.names = "--prompt",
            .help = "wait for this text, not for silence, before each",
            .value = &options->prompt,
            .needs = "--terminal"},
           {.names = "--stdin",
            .help = "a file to be its stdin; else /dev/null",
            .value = &options->stdin_file,
            .excludes = {"--terminal"},
            .shown = "FILE"},
           colour_option(options->colour),
           {"--timeout", "seconds that each run gets", &options->timeout}},
      .takes_program = true,
      .act = [options, &program] { return compare(program, *options); }};
}

}  // namespace cli
