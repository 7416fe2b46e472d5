// SPDX-License-Identifier: BSD-3-Clause
// The process that answers a singleton where sidestep-relay cannot. Forked from a program that may
// have many threads: only async-signal-safe calls.
#include "remedies/spawn/stand_in.hpp"

#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/close_descriptors.hpp"
#include "genuine/genuine.hpp"
#include "protocol/pmi_replies.hpp"
#include "remedies/spawn/announcement.hpp"

namespace remedies::spawn {
namespace {

/// @return a connection to this port, or -1
int connect_to(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<unsigned short>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (!connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address)) return fd;
  close(fd);
  return -1;
}

/// The program's signals are not for this process, nor are its files and pipes.
void leave_program() {
  const unsigned long all = ~0UL;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, nullptr, sizeof all);
  base::close_descriptors(3);
}

class Session {
 public:
  explicit Session(int connection) : connection_(connection) { kvsname_ << "sk_" << getpid(); }

  void serve() {
    char bytes[1024];
    say(protocol::pmi_greeting);
    for (ssize_t count; (count = read(connection_, bytes, sizeof bytes)) > 0;)
      for (ssize_t i = 0; i < count; ++i) take(bytes[i]);
  }

 private:
  void take(char character) {
    if (character != '\n') {
      if (length_ + 1 < sizeof line_) line_[length_++] = character;
      return;
    }
    line_[length_] = 0;
    length_ = 0;
    take_line();
  }

  void take_line() {
    static constexpr char parts[] = "totspawns=", command[] = "cmd=";
    if (const char* at = line_ + sizeof parts - 1; !strncmp(line_, parts, sizeof parts - 1))
      parts_ = base::read_number(at);
    if (!strcmp(line_, "endcmd") && --parts_ <= 0) answer("spawn");
    if (strncmp(line_, command, sizeof command - 1)) return;
    char* const word = line_ + sizeof command - 1;
    word[strcspn(word, " ")] = 0;
    answer(word);
  }

  void answer(const char* command) {
    const auto text = protocol::reply_alone(command, kvsname_.c_str());
    text.empty() ? _exit(1) : say(text.c_str());
  }

  void say(const char* text) const {
    if (send(connection_, text, strlen(text), MSG_NOSIGNAL) < 0) _exit(1);
  }

  int connection_, parts_ = 0;
  base::Text<24> kvsname_;
  char line_[128];
  size_t length_ = 0;
};

}  // namespace

int port_of(int listener) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  return address.sin_family == AF_INET ? ntohs(address.sin_port) : 0;
}

pid_t stand_in(int listener) {
  const auto port = port_of(listener);
  const pid_t child = genuine::fork();
  if (child) return child;
  leave_program();
  const int connection = connect_to(port);
  if (connection < 0) {  // no loopback: accept_launcher sees it
    announce({static_cast<pid_t>(syscall(SYS_getpid)), port, true});
    _exit(127);
  }
  Session(connection).serve();
  _exit(0);
}

}  // namespace remedies::spawn
