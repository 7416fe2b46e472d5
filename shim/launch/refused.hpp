#pragma once
#include <stdexcept>

namespace launch {

constexpr int failed = 125, cannot_run = 126, not_found = 127;  // as env and timeout have it

/// Why nothing is started, and the exit status that says so.
struct Refused : std::runtime_error {
  Refused(int status_, const std::string& why) : std::runtime_error(why), status(status_) {}
  int status;
};

}  // namespace launch
