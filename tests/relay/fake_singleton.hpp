// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Stands where a singleton's libmpi stands, and speaks to the real sidestep-relay by hand.
#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace tests {

class FakeSingleton {
 public:
  /// Listens, and starts sidestep-relay with these options besides --port and --caller. PATH is
  /// `path`.
  FakeSingleton(std::vector<std::string> options, const std::string& path);
  ~FakeSingleton();

  /// Waits for the relay's connection and its greeting, and answers as libmpi does. @return the
  /// kvsname; "" on failure
  std::string greet(const std::string& answer =
                        "cmd=singinit pmi_version=1 pmi_subversion=1 stdio=yes authtype=none\n");
  /// Waits for the connection alone; once.
  bool accept();
  /// Sends these bytes. @return false where the relay is gone
  bool send(const std::string& bytes);
  /// The next line with its newline, or nothing: the relay closed, or said nothing for 20 s.
  std::optional<std::string> line();
  std::string ask(const std::string& question) {
    return send(question) ? line().value_or("closed") : "closed";
  }
  void close();

  pid_t relay() const { return relay_; }
  /// Waits up to 20 s for the relay's end. @return its exit status, -1 where it lives on
  int end();
  /// What the relay printed, after its end.
  const std::string& said() const { return said_; }

 private:
  int listener_ = -1, connection_ = -1, stderr_ = -1;
  pid_t relay_ = -1;
  std::string buffer_, said_;
};

/// "ADDRESS:PORT" of every TCP socket on which one of these processes listens, as /proc/net/tcp
/// writes it.
std::vector<std::string> listening(const std::vector<pid_t>& processes);

}  // namespace tests
