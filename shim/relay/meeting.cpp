#include "relay/meeting.hpp"

#include <sstream>
#include <utility>

namespace relay {
namespace {

using namespace std::chrono_literals;

constexpr auto pace = 50ms;
// Children may end as soon as they have met libmpi, and it returns a little later.
constexpr auto grace = 500ms;
// hydra has answered, and its proxies are there: they start the children at once, but on a busy
// machine.
constexpr auto start_limit = 10s;

/// What libmpi tells its children, and hydra passes on (ch3u_port.c, ch4_spawn.c@v4.2.3).
std::string port_in(const std::string& spawn) {
  std::istringstream lines(spawn);
  bool is_next = false;
  for (std::string line; std::getline(lines, line);) {
    const auto at = line.find('=');
    if (is_next && line.starts_with("preput_val_")) return line.substr(at + 1);
    is_next = line.starts_with("preput_key_") && line.substr(at + 1) == "PARENT_ROOT_PORT_NAME";
  }
  return {};
}

}  // namespace

Meeting::Meeting(Launch launch, const std::string& spawn)
    : launch_(std::move(launch)), port_(port_in(spawn)) {}

Meeting::State Meeting::look(const remedies::spawn::Calls& calls) {
  const auto now = Clock::now();
  next_look_ = now + pace;
  if (port_.empty() || calls.idle()) return State::over;
  const auto children = launch_.children();
  if (children == Launch::Children::working) without_.reset();
  if (children == Launch::Children::working) return State::waiting;
  if (!without_) without_ = now;
  const auto limit = children == Launch::Children::ended ? grace : start_limit;
  return now - *without_ < limit ? State::waiting : State::missed;
}

}  // namespace relay
