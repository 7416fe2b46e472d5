// SPDX-License-Identifier: BSD-3-Clause
#include "relay/meeting.hpp"

#include <signal.h>
#include <sys/wait.h>

#include <filesystem>
#include <sstream>
#include <utility>

#include "programs/executables.hpp"

namespace relay {
namespace {

using namespace std::chrono_literals;

constexpr auto pace = 50ms;
// Children may end as soon as they have met libmpi, and it returns a little later.
constexpr auto grace = 500ms;
// hydra has answered, and its proxies are there: they start the children at once, but on a busy
// machine.
constexpr auto start_limit = 10s;  // also for libmpi to return once it has met a child

}  // namespace

std::string connect_program() {
  return std::filesystem::path(programs::own_file()).replace_filename("sidestep-connect");
}

std::string port_in(const std::string& spawn) {  // ch3u_port.c, ch4_spawn.c@v4.2.3
  std::istringstream lines(spawn);
  bool is_next = false;
  for (std::string line; std::getline(lines, line);) {
    const auto at = line.find('=');
    if (is_next && line.starts_with("preput_val_")) return line.substr(at + 1);
    is_next = line.starts_with("preput_key_") && line.substr(at + 1) == "PARENT_ROOT_PORT_NAME";
  }
  return {};
}

Meeting::Meeting(SpawnProgress progress, std::string port)
    : progress_(std::move(progress)), port_(std::move(port)) {}

Meeting::State Meeting::look(const protocol::SpawnCalls& calls) {
  const auto now = Clock::now();
  next_look_ = now + pace;
  if (connect_) return look_at_connect(now, calls.idle());
  if (port_.empty() || calls.idle()) return State::over;
  const auto children = progress_.children();
  if (children == SpawnProgress::Children::working) without_.reset();
  if (children == SpawnProgress::Children::working) return State::waiting;
  if (!without_) without_ = now;
  const bool met = calls.has_met_child();
  const auto limit = children == SpawnProgress::Children::ended && !met ? grace : start_limit;
  if (now - *without_ < limit) return State::waiting;
  return met ? State::broken_off : State::missed;
}

void Meeting::sent(pid_t connect) {
  connect_ = connect;
  ++times_sent_;
  failed_.reset();
}

Meeting::State Meeting::look_at_connect(Clock::time_point now, bool idle) {
  if (!failed_) {
    int status = 0;
    const pid_t ended = waitpid(connect_, &status, WNOHANG | WUNTRACED);
    if (ended > 0 && WIFSTOPPED(status)) kill(connect_, SIGCONT);  // stopped alone
    if (!ended || WIFSTOPPED(status)) return State::waiting;
    if (ended < 0 || !status) return State::over;
    failed_ = now;
  }
  if (idle) return State::over;  // libmpi has met it all the same
  return now - *failed_ < grace ? State::waiting : State::missed;
}

}  // namespace relay
