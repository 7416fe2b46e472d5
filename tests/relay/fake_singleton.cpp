// SPDX-License-Identifier: BSD-3-Clause
#include "relay/fake_singleton.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <thread>

#include "support/builds.hpp"

namespace tests {
namespace {

using namespace std::chrono_literals;
constexpr int patience = 20000;  // ms

bool readable(int fd) {
  pollfd ready{fd, POLLIN, 0};
  return poll(&ready, 1, patience) == 1;
}

}  // namespace

FakeSingleton::FakeSingleton(std::vector<std::string> options, const std::string& path) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
  listen(listener_, 1);
  getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  options.insert(options.begin(),
                 {relay_program(), "--port", std::to_string(ntohs(address.sin_port)), "--caller",
                  std::to_string(getpid())});
  std::vector<char*> argv;
  for (auto& option : options) argv.push_back(option.data());
  argv.push_back(nullptr);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC)) return;
  stderr_ = ends[0];
  relay_ = fork();
  if (!relay_) {
    dup2(ends[1], STDERR_FILENO);
    setenv("PATH", path.c_str(), 1);
    execv(argv[0], argv.data());
    _exit(127);
  }
  ::close(ends[1]);
}

FakeSingleton::~FakeSingleton() {
  close();
  if (relay_ > 0) kill(relay_, SIGKILL), waitpid(relay_, nullptr, 0);
  ::close(listener_);
  ::close(stderr_);
}

bool FakeSingleton::accept() {
  if (connection_ >= 0) return true;
  if (!readable(listener_)) return false;
  connection_ = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  return connection_ >= 0;
}

std::string FakeSingleton::greet(const std::string& answer) {
  if (!accept() || line() != "cmd=singinit authtype=none\n") return {};
  const auto info = ask(answer);
  const auto at = info.find("kvsname=");
  if (!info.starts_with("cmd=singinit_info versionok=yes stdio=no ") || at == std::string::npos)
    return {};
  return info.substr(at + 8, info.size() - at - 9);
}

bool FakeSingleton::send(const std::string& bytes) {
  for (std::size_t sent = 0; sent < bytes.size();) {
    const auto count = ::send(connection_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count < 0) return false;
    sent += static_cast<std::size_t>(count);
  }
  return true;
}

std::optional<std::string> FakeSingleton::line() {
  for (;;) {
    if (const auto end = buffer_.find('\n'); end != std::string::npos) {
      auto line = buffer_.substr(0, end + 1);
      buffer_.erase(0, end + 1);
      return line;
    }
    char bytes[4096];
    const ssize_t count = readable(connection_) ? read(connection_, bytes, sizeof bytes) : 0;
    if (count <= 0) return {};
    buffer_.append(bytes, static_cast<std::size_t>(count));
  }
}

void FakeSingleton::close() {
  if (connection_ >= 0) ::close(connection_);
  connection_ = -1;
}

int FakeSingleton::end() {
  int status = 0;
  for (const auto until = std::chrono::steady_clock::now() + 20s;
       waitpid(relay_, &status, WNOHANG) == 0;) {
    if (std::chrono::steady_clock::now() > until) return -1;
    std::this_thread::sleep_for(10ms);
  }
  relay_ = -1;
  char bytes[4096];
  for (ssize_t count; (count = read(stderr_, bytes, sizeof bytes)) > 0;)
    said_.append(bytes, static_cast<std::size_t>(count));
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::vector<std::string> listening(const std::vector<pid_t>& processes) {
  std::set<std::string> sockets;  // "socket:[INODE]"
  for (const pid_t process : processes) {
    std::error_code gone;
    for (const auto& fd :
         std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/fd", gone))
      sockets.insert(std::filesystem::read_symlink(fd, gone).string());
  }
  std::vector<std::string> found;
  for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::ifstream file(table);
    for (std::string line; std::getline(file, line);) {
      std::istringstream fields(line);
      std::vector<std::string> words{std::istream_iterator<std::string>(fields), {}};
      if (words.size() > 9 && words[3] == "0A" && sockets.contains("socket:[" + words[9] + "]"))
        found.push_back(words[1]);
    }
  }
  return found;
}

}  // namespace tests
