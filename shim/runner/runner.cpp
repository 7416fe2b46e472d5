// SPDX-License-Identifier: BSD-3-Clause
#include "runner/runner.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "runner/run.hpp"

namespace runner {

namespace {

using Clock = Run::Clock;

/// A deadline such as milliseconds::max() must not overflow.
Clock::time_point after(milliseconds time) {
  return Clock::now() + std::min<milliseconds>(time, std::chrono::hours(24 * 365));
}

Verdict finish(Run& run, Clock::time_point deadline, milliseconds grace) {
  run.close_input();
  while (!run.ended() && Clock::now() < deadline) run.pump(deadline);
  if (!run.ended()) {
    std::vector<std::string> alive = run.processes();
    run.end_all();
    Verdict verdict = run.verdict(std::move(alive));
    verdict.end = End::hangs;
    verdict.number = 0;
    return verdict;
  }
  const auto patience = after(grace);
  while (!run.all_gone() && Clock::now() < patience) run.pump(patience);
  std::vector<std::string> left = run.processes();
  run.end_all();
  return run.verdict(std::move(left));
}

}  // namespace

Verdict run(const Program& program, milliseconds deadline, milliseconds grace) {
  const auto until = after(deadline);
  Run run(program);
  return finish(run, until, grace);
}

/// What Conversation adds to a run: how far the matches came, and the verdict once there is one.
struct Conversation::State {
  explicit State(const Program& program) : run(program) {}
  Run run;
  std::size_t matched = 0;
  std::optional<Verdict> verdict = {};
};

Conversation::Conversation(const Program& program) : state_(std::make_unique<State>(program)) {}
Conversation::Conversation(Conversation&&) noexcept = default;
Conversation& Conversation::operator=(Conversation&&) noexcept = default;
Conversation::~Conversation() = default;

bool Conversation::expect(std::string_view text, milliseconds deadline) {
  Run& run = state_->run;
  const auto until = after(deadline);
  std::size_t from = state_->matched;
  run.pump(Clock::now());
  for (;;) {
    const bool ended = run.ended();
    const std::string& output = run.output();
    if (const auto found = output.find(text, from); found != std::string::npos) {
      state_->matched = found + text.size();
      return true;
    }
    // What was searched is not searched again, but for the beginning of a match at its end.
    if (output.size() >= text.size()) from = std::max(from, output.size() - text.size() + 1);
    if (ended || Clock::now() >= until) return false;
    run.pump(until);
  }
}

void Conversation::type(std::string_view line) {
  for (const char& key : line) {
    send(std::string_view(&key, 1));
    pause(milliseconds(10));
  }
  send(state_->run.on_terminal() ? "\r" : "\n");
}

void Conversation::send(std::string_view bytes) { state_->run.queue_input(bytes); }

void Conversation::press(char key) {
  if (state_->run.on_terminal()) {
    const char control = static_cast<char>(key & 0x1f);
    send(std::string_view(&control, 1));
  } else if (key == 'D' || key == 'd') {
    state_->run.close_input();
  }
}

void Conversation::pause(milliseconds time) {
  const auto until = after(time);
  do {
    state_->run.pump(until);
  } while (Clock::now() < until);
}

void Conversation::hang_up() { state_->run.close_terminal(); }

void Conversation::signal(int number) {
  if (running()) kill(pid(), number);
}

bool Conversation::running() {
  state_->run.pump(Clock::now());
  return !state_->run.ended();
}

pid_t Conversation::pid() const { return state_->run.pid(); }

termios Conversation::modes() {
  termios modes = {};
  if (tcgetattr(state_->run.terminal(), &modes) != 0) programs::fail("the terminal's modes");
  return modes;
}

pid_t Conversation::foreground_group() { return tcgetpgrp(state_->run.terminal()); }

const std::string& Conversation::output() {
  state_->run.pump(Clock::now());
  return state_->run.output();
}

std::vector<std::string> Conversation::processes() { return state_->run.processes(); }

Verdict Conversation::finish(milliseconds deadline, milliseconds grace) {
  if (!state_->verdict) state_->verdict = runner::finish(state_->run, after(deadline), grace);
  return *state_->verdict;
}

}  // namespace runner
