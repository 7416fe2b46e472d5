// SPDX-License-Identifier: BSD-3-Clause
#include "runner/run.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>

#include "base/write_signals.hpp"
#include "programs/processes.hpp"
#include "runner/supervisor.hpp"
#include "runner/transcript.hpp"

namespace runner {

namespace {

constexpr std::size_t most_output = std::size_t{64} << 20;

/// write(2) that raises no signal.
ssize_t write_quietly(int fd, std::string_view bytes) {
  const base::WriteSignals signals;
  const ssize_t count = write(fd, bytes.data(), bytes.size());
  if (count < 0) signals.take_back(errno);
  return count;
}

}  // namespace

Run::Run(const Program& program)
    : program_(program), on_terminal_(program.input == Input::terminal), launch_(launch(program)) {
  if (on_terminal_ || program.input == Input::pipe) queue_input(program.input_text);
  if (!program.input_text.empty()) close_input();
}

Run::~Run() {
  try {
    end_all();
    Recording::add({program_, typed_, output_, how_it_ended()});
  } catch (const std::exception&) {
    // No memory for the rest of the output: all is killed anyway.
  }
}

void Run::pump(Clock::time_point until) {
  const bool to_write = input() >= 0 && written_ < pending_.size();
  pollfd events[] = {{launch_.status.get(), POLLIN, 0},
                     {launch_.output.get(), POLLIN, 0},
                     {to_write ? input() : -1, POLLOUT, 0}};
  const auto left = std::chrono::ceil<milliseconds>(until - Clock::now());
  poll(events, 3, static_cast<int>(std::clamp<milliseconds::rep>(left.count(), 0, 1'000'000)));
  read_status();  // before the output, so that all which an ended program printed is read
  read_output();
  write_input();
}

void Run::queue_input(std::string_view bytes) {
  if (input() < 0) return;
  pending_ += bytes;
  typed_ += bytes;
  pump(Clock::now());
}

void Run::close_input() {
  close_when_written_ = true;
  write_input();
}

void Run::close_terminal() {
  if (!on_terminal_) return;
  launch_.terminal.close();
  launch_.output.close();
}

void Run::read_status() {
  Report report;
  while (launch_.status) {
    const ssize_t n = read(launch_.status.get(), &report, sizeof report);
    if (n < 0) return;
    if (n == 0) {
      launch_.status.close();
      lost_ = !ended_;
      ended_ = true;
    } else if (report.kind == Report::Kind::ended) {
      ended_ = true;
      wait_status_ = report.value;
      end_ = Clock::time_point(std::chrono::nanoseconds(report.nanoseconds));
    }
  }
}

void Run::read_output() {
  char buffer[65536];
  // More than a pipe or a terminal holds, but an end to it: a program may print for ever.
  for (int rounds = 0; rounds < 16 && launch_.output; ++rounds) {
    const ssize_t n = read(launch_.output.get(), buffer, sizeof buffer);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) break;
    if (n <= 0) {
      launch_.output.close();
      break;
    }
    const std::size_t room = most_output - output_.size();
    output_.append(buffer, std::min(static_cast<std::size_t>(n), room));
    output_cut_ = output_cut_ || static_cast<std::size_t>(n) > room;
  }
  answer_questions();
}

void Run::answer_questions() {
  constexpr std::string_view where_is_the_cursor = "\x1b[6n", at_home = "\x1b[1;1R";
  if (!on_terminal_) return;
  std::size_t found;
  while ((found = output_.find(where_is_the_cursor, answered_)) != std::string::npos) {
    answered_ = found + where_is_the_cursor.size();
    pending_ += at_home;
  }
  // The last bytes may be the beginning of a question.
  answered_ = std::max(answered_, output_.size() - std::min<std::size_t>(output_.size(), 3));
}

void Run::write_input() {
  while (input() >= 0 && written_ < pending_.size()) {
    const ssize_t n = write_quietly(input(), std::string_view(pending_).substr(written_));
    if (n < 0 && errno == EAGAIN) return;
    if (n < 0 && errno != EINTR) {  // nobody reads any more
      written_ = pending_.size();
      launch_.input.close();
    }
    if (n > 0) written_ += static_cast<std::size_t>(n);
  }
  pending_.clear();
  written_ = 0;
  if (close_when_written_) launch_.input.close();
}

std::vector<std::string> Run::processes() {
  std::vector<std::string> names;
  while (!all_gone() && names.empty()) {
    std::vector<pid_t> pids = programs::descendants(launch_.supervisor);
    std::sort(pids.begin(), pids.end());
    for (const pid_t pid : pids) {
      if (std::string name = programs::describe_process(pid); !name.empty())
        names.push_back(std::move(name));
    }
    // None, and yet not all gone: the last one is just ending, or just moved to another parent.
    if (names.empty()) pump(Clock::now() + milliseconds(5));
  }
  return names;
}

void Run::end_all() {
  if (launch_.supervisor < 0) return;
  cut_short_ = !ended_;
  launch_.lifeline.close();
  // Only a process that waits inside the kernel survives SIGKILL for a while.
  const auto patience = Clock::now() + std::chrono::seconds(10);
  while (!all_gone() && Clock::now() < patience) pump(patience);
  if (!all_gone()) kill(launch_.supervisor, SIGKILL);
  programs::wait_for(launch_.supervisor);
  launch_.supervisor = -1;
  launch_.status.close();
  if (end_ == Clock::time_point()) end_ = Clock::now();
}

std::string Run::how_it_ended() const {
  return cut_short_ || lost_ ? "ended from outside" : describe(verdict({}));
}

Verdict Run::verdict(std::vector<std::string> left) const {
  if (lost_) programs::fail("the runner's supervisor was killed", ECHILD);
  Verdict verdict;
  verdict.output = output_;
  verdict.output_cut = output_cut_;
  verdict.left = std::move(left);
  verdict.took = std::chrono::duration_cast<milliseconds>(end_ - start_);
  if (WIFSIGNALED(wait_status_)) {
    verdict.end = End::killed;
    verdict.number = WTERMSIG(wait_status_);
  } else if (WEXITSTATUS(wait_status_) != 0) {
    verdict.end = End::exited;
    verdict.number = WEXITSTATUS(wait_status_);
  } else if (!verdict.left.empty()) {
    verdict.end = End::leaves_processes;
  }
  return verdict;
}

}  // namespace runner
