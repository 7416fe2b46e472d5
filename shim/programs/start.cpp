#include "programs/start.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>

#include "relay/sockets.hpp"
#include "programs/processes.hpp"

namespace relay {
namespace {

void null_on(int fd, int flags) {
  const int null = open("/dev/null", flags | O_CLOEXEC);
  if (null >= 0) dup2(null, fd);
}

void default_signals() {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int number :
       {SIGPIPE, SIGINT, SIGHUP, SIGTERM, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU, SIGCHLD})
    signal(number, SIG_DFL);
}

constexpr int nobody = -1;

/// @param report_to gets the errno where the program cannot be run
[[noreturn]] void become(std::vector<std::string> argv, int report_to) {
  for (auto& argument : argv)
    if (argument == "@PID") argument = std::to_string(getpid());
  std::vector<char*> pointers;
  for (auto& argument : argv) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  default_signals();
  execv(pointers[0], pointers.data());
  const int error = errno;
  if (write(report_to, &error, sizeof error) < 0) _exit(126);
  _exit(127);
}

/// Nobody but us waits for it: who stops a job stops us too.
void continue_if_stopped(pid_t child) {
  siginfo_t info{};
  if (!waitid(P_PID, static_cast<id_t>(child), &info, WSTOPPED | WNOHANG) && info.si_pid)
    kill(child, SIGCONT);
}

}  // namespace

pid_t start(const Start& what) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC)) throw std::system_error(errno, std::system_category(), "pipe");
  Socket reader(ends[0]), writer(ends[1]);
  const pid_t relay = getpid(), pid = fork();
  if (pid < 0) throw std::system_error(errno, std::system_category(), "fork");
  if (!pid) {
    if (what.own_session) setsid();
    // Where even the relay is killed (timeout -s KILL does it to a whole process group).
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != relay) _exit(127);
    if (what.null_stdin) null_on(STDIN_FILENO, O_RDONLY);
    if (what.stdin_from >= 0) dup2(what.stdin_from, STDIN_FILENO);
    for (const int fd : {STDOUT_FILENO, STDERR_FILENO})
      if (what.silent) null_on(fd, O_WRONLY);
    for (const auto& one : what.environment) putenv(strdup(one.c_str()));
    become(what.argv, writer.fd());
  }
  writer.close();
  int error = 0;
  for (pollfd told{reader.fd(), POLLIN, 0}; poll(&told, 1, 100) == 0;) continue_if_stopped(pid);
  if (read(reader.fd(), &error, sizeof error) == sizeof error) {
    waitpid(pid, nullptr, 0);
    throw std::system_error(error, std::system_category(), what.argv[0]);
  }
  return pid;
}

std::string output_of(const std::vector<std::string>& argv, std::chrono::milliseconds limit) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC)) return {};
  Socket reader(ends[0]), writer(ends[1]);
  const pid_t pid = fork();
  if (pid < 0) return {};
  if (!pid) {
    setsid();
    null_on(STDIN_FILENO, O_RDONLY);
    null_on(STDERR_FILENO, O_WRONLY);
    dup2(writer.fd(), STDOUT_FILENO);
    become(argv, nobody);  // who reads here takes all for the program's words
  }
  writer.close();
  std::string said;
  const auto end = std::chrono::steady_clock::now() + limit;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    pollfd ready{reader.fd(), POLLIN, 0};
    if (left.count() <= 0 || poll(&ready, 1, static_cast<int>(left.count())) <= 0) break;
    char bytes[4096];
    const ssize_t count = read(reader.fd(), bytes, sizeof bytes);
    if (count <= 0 || said.size() > 64 * 1024) break;
    said.append(bytes, static_cast<std::size_t>(count));
  }
  kill(-pid, SIGKILL);  // its own session: whatever a script left behind goes too
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
  return said;
}

std::set<pid_t> children_of(pid_t process) {
  const auto name = std::to_string(process);
  std::ifstream children("/proc/" + name + "/task/" + name + "/children");
  return {std::istream_iterator<pid_t>(children), {}};
}

std::string name_of(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/comm");
  std::string name;
  std::getline(file, name);
  return name;
}

bool is_alive(pid_t process) {
  if (const auto status = runner::status_of(process)) return status->alive;
  // Ended, or /proc cannot be read: short of descriptors, or of memory.
  return process > 0 && (!kill(process, 0) || errno == EPERM);
}

std::vector<pid_t> descendants(pid_t root) {
  std::vector<pid_t> all{root};
  for (std::size_t at = 0; at < all.size(); ++at) {
    const auto children = children_of(all[at]);
    all.insert(all.end(), children.begin(), children.end());
  }
  all.erase(all.begin());
  std::erase_if(all, [](pid_t pid) { return !is_alive(pid); });
  return all;
}

}  // namespace relay
