// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// One end of a conversation in PMI: bytes in, lines out.
#include <poll.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "programs/descriptor.hpp"
#include "relay/clock.hpp"
#include "relay/pmi.hpp"

namespace relay {

/// The peer does not say what it has to say, or says nothing.
struct ProtocolError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Connection {
 public:
  Connection() = default;
  explicit Connection(programs::Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

  int fd() const { return descriptor_.get(); }
  explicit operator bool() const { return static_cast<bool>(descriptor_); }
  void close() { descriptor_.close(); }

  enum class Received { bytes, end, error };
  /// Reads what has come, at most 16 KiB. error: errno says which.
  /// @param look is shown the bytes before they are taken: whoever is killed in between leaves them
  /// to another process
  template <class Look>
  Received receive(Look look) {
    std::string bytes;
    const auto seen = peek(bytes);
    if (seen == Received::bytes && !bytes.empty()) {
      look(std::string_view(bytes));
      take(bytes);
    }
    return seen;
  }
  Received receive() {
    return receive([](std::string_view) {});
  }

  /// As pmi::Lines::next.
  std::optional<std::string> next_line() { return lines_.next(); }

  /// Waits for the next line. Throws ProtocolError where none comes within 30 s, the peer ends, or
  /// the line is too long.
  /// @param receive reads what has come; @return false at the end
  /// @param while_silent is called twice a second meanwhile
  template <class Receive, class WhileSilent>
  std::string wait_for_line(Receive receive, WhileSilent while_silent) {
    const auto end = Clock::now() + std::chrono::seconds(30);
    for (;;) {
      if (auto line = next_line()) {
        if (pmi::is_cut(*line)) throw ProtocolError("an overlong line");
        return *line;
      }
      pollfd ready{fd(), POLLIN, 0};
      if (poll(&ready, 1, std::min(milliseconds_until(end), 500)) == 0) {
        if (Clock::now() >= end) throw ProtocolError("no answer within 30 s");
        while_silent();
        continue;
      }
      if (!receive()) throw ProtocolError("the connection was closed");
    }
  }

  /// Writes all of it. @return false where the peer is gone
  bool send(std::string_view text);

 private:
  Received peek(std::string& bytes);
  void take(std::string& bytes);

  programs::Descriptor descriptor_;
  pmi::Lines lines_;
};

}  // namespace relay
