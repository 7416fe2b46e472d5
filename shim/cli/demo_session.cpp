// SPDX-License-Identifier: BSD-3-Clause
#include "cli/demo_session.hpp"

#include <fstream>
#include <iterator>

#include "cli/formatted.hpp"
#include "runner/runner.hpp"

namespace cli {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr const char* shell_prompt = "$ ";
constexpr const char* prompt = ">>> ";
constexpr milliseconds step(100), between_keys(30);

/// As it stands on a terminal: no escape sequences, no carriage returns.
std::string as_seen(const std::string& output) {
  std::string seen;
  for (std::size_t i = 0; i < output.size(); ++i) {
    if (output[i] == '\x1b' && i + 1 < output.size() && output[i + 1] == '[') {
      for (i += 2; i < output.size() && (output[i] < '@' || output[i] > '~');) ++i;
    } else if (output[i] == '\n' || output[i] == '\t' ||
               static_cast<unsigned char>(output[i]) >= 0x20) {
      seen += output[i];
    }
  }
  return seen;
}

class TerminalSession {
 public:
  TerminalSession(const Shell& shell, milliseconds patience)
      : patience_(patience), statuses_(shell.statuses), talk_(shell.program) {}

  Played play(const Scene& scene, const std::string& start) {
    played_.command = start + " " + scene.program;
    const auto begun = Clock::now();
    if (await(shell_prompt)) {
      type(played_.command);
      for (const auto& typed : scene.typed)
        if (await(prompt)) answer(typed);
      await_shell();
    }
    played_.took = std::chrono::duration_cast<milliseconds>(Clock::now() - begun);
    keep_screen();
    if (played_.ended.empty()) played_.ended = how_it_ended(scene);
    return played_;
  }

 private:
  bool ended() { return !played_.ended.empty() || at_shell(); }

  /// The program has ended, and its shell waits for the next line.
  bool at_shell() {
    if (!back_at_shell_ && statuses().size() > 1) {
      back_at_shell_ = true;
      talk_.expect("\n$ ", patience_);
    }
    return back_at_shell_;
  }

  /// What the shell has written at each of its prompts: of nothing, then of the program.
  std::vector<int> statuses() const {
    std::ifstream file(statuses_);
    return {std::istream_iterator<int>(file), {}};
  }

  /// Waits for this text. Gives up where the program has ended, or where for so long nothing comes.
  bool await(const std::string& text) {
    if (ended()) return false;
    std::size_t size = talk_.output().size();
    for (auto since = Clock::now(); Clock::now() - since < patience_;) {
      if (talk_.expect(text, step)) return true;
      if (at_shell()) return false;
      if (!talk_.running()) return end("its shell has ended");
      if (const auto now = talk_.output().size(); now != size) size = now, since = Clock::now();
    }
    return end("hangs");
  }

  bool end(const std::string& how) {
    played_.ended = how;
    return false;
  }

  /// Waits until the program has ended.
  void await_shell() {
    const std::string never(1, '\0');
    await(never);
  }

  /// As a person does, who looks at what is typed: nothing more where a key has no echo.
  void type(const std::string& line) {
    for (const char& key : line) {
      const auto at = talk_.output().size();
      talk_.send(std::string_view(&key, 1));
      if (!await(std::string(1, key))) return pressed(at, std::string(1, key));
      talk_.pause(between_keys);
      if (at_shell()) return;
    }
    talk_.send("\r");
  }

  void answer(const Typed& typed) {
    if (typed.text == "^C") {
      const auto at = talk_.output().size();
      talk_.pause(milliseconds(300));  // Python hears it only where it waits for a key
      talk_.press('C');
      talk_.pause(milliseconds(1000));
      if (!talk_.output().substr(at).starts_with("^C")) pressed(at, "Ctrl-C");
    } else {
      type(typed.text);
    }
    if (!typed.answer.empty()) await(typed.answer);
  }

  /// A key that nothing echoed, at this place of the output.
  void pressed(std::size_t at, const std::string& key) { keys_.emplace_back(at, "<" + key + ">"); }

  void keep_screen() {
    const auto& output = talk_.output();
    std::size_t from = 0;
    for (const auto& [at, key] : keys_) {
      played_.screen += as_seen(output.substr(from, at - from)) + key;
      from = at;
    }
    played_.screen += as_seen(output.substr(from));
  }

  /// Asked of the shell, once the screen is kept.
  std::string how_it_ended(const Scene& scene) {
    const auto status = statuses().at(1);
    if (status > 128) return runner::describe({.end = runner::End::killed, .number = status - 128});
    if (!scene.alarm.empty() && played_.screen.find(scene.alarm) != std::string::npos)
      return formatted("\"{}\"", scene.alarm);
    if (status != scene.status) return formatted("exit {}", status);
    for (const auto& text : scene.shows)
      if (played_.screen.find(text) == std::string::npos)
        return formatted("does not print \"{}\"", text);
    const auto left = left_behind();
    return left ? formatted("leaves {} process{}", left, left == 1 ? "" : "es") : "works";
  }

  std::size_t left_behind() {
    const auto until = Clock::now() + std::chrono::seconds(10);
    std::size_t left = 0;  // beside the shell
    while ((left = talk_.processes().size() - 1) && Clock::now() < until) talk_.pause(step);
    return left;
  }

  milliseconds patience_;
  std::string statuses_;
  runner::Conversation talk_;
  bool back_at_shell_ = false;
  std::vector<std::pair<std::size_t, std::string>> keys_;
  Played played_;
};

}  // namespace

Played play(const Scene& scene, const Shell& shell, const std::string& start,
            milliseconds patience) {
  return TerminalSession(shell, patience).play(scene, start);
}

}  // namespace cli
