// SPDX-License-Identifier: BSD-3-Clause
#include "relay/idleness.hpp"

#include <poll.h>
#include <unistd.h>

#include <utility>

#include "programs/processes.hpp"

namespace relay {
namespace {

/// Whether what is written to stdout and stderr goes on its way at once, or nowhere.
bool outputs_take() {
  pollfd outputs[] = {{STDOUT_FILENO, POLLOUT, 0}, {STDERR_FILENO, POLLOUT, 0}};
  poll(outputs, 2, 0);
  return outputs[0].revents && outputs[1].revents;
}

}  // namespace

Clock::duration Idleness::look(const std::vector<pid_t>& launchers) {
  std::map<pid_t, long> now;
  bool idles = outputs_take();
  for (const pid_t one : launchers) {
    now[one] = programs::context_switches(one);
    if (programs::continue_if_stopped(one)) idles = false;
  }
  if (std::exchange(switches_, now) != now || !idles) since_ = Clock::now();
  return Clock::now() - since_;
}

}  // namespace relay
