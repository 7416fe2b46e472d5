// SPDX-License-Identifier: BSD-3-Clause
#include "programs/processes.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "programs/descriptor.hpp"

namespace programs {
namespace {

// No stream here: the runner's supervisor calls this after a fork, where only malloc is known to be
// sound.
std::optional<std::string> read_file(const std::string& path) {
  const Descriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return {};
  std::string text;
  char buffer[4096];
  for (ssize_t n; (n = read(fd.get(), buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(n));
  return text;
}

std::string folder_of(pid_t process) { return "/proc/" + std::to_string(process); }

std::string read_proc(pid_t process, const char* file) {
  return read_file(folder_of(process) + "/" + file).value_or("");
}

/// The entries of a folder that are numbers.
std::vector<pid_t> numbers_in(const std::string& path) {
  std::vector<pid_t> all;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir(path.c_str()), closedir);
  while (const dirent* entry = folder ? readdir(folder.get()) : nullptr)
    if (const auto number = static_cast<pid_t>(std::atol(entry->d_name)); number > 0)
      all.push_back(number);
  return all;
}

/// Where the kernel lists no children (gVisor's): asks every process for its parent.
std::set<pid_t> children_by_parent(pid_t process) {
  std::set<pid_t> all;
  for (const pid_t other : numbers_in("/proc"))
    if (const auto status = status_of(other); status && status->parent == process)
      all.insert(other);
  return all;
}

}  // namespace

std::optional<ProcessStatus> status_of(pid_t process) {
  const std::string stat = read_proc(process, "stat");
  // The name, in brackets, may hold anything; after the last bracket: state, parent and numbers.
  const std::size_t bracket = stat.rfind(')');
  if (bracket == std::string::npos || bracket + 2 >= stat.size()) return std::nullopt;
  const char* field = stat.c_str() + bracket + 2;
  const char state = *field++;
  char* next = nullptr;
  ProcessStatus status;
  status.parent = static_cast<pid_t>(std::strtol(field, &next, 10));
  std::strtol(next, &next, 10);  // its process group
  status.session = static_cast<pid_t>(std::strtol(next, &next, 10));
  long threads = 0;
  for (int i = 7; i <= 20; ++i) threads = std::strtol(next, &next, 10);
  // A main thread that ended before the others shows as a zombie; the process lives.
  status.alive = (state != 'Z' && state != 'X') || threads > 1;
  status.stopped = state == 'T';
  status.traced = state == 't';
  return status;
}

bool is_alive(pid_t process) {
  if (const auto status = status_of(process)) return status->alive;
  // Ended, or /proc cannot be read: short of descriptors, or of memory.
  return process > 0 && (!kill(process, 0) || errno == EPERM);
}

int wait_for(pid_t child) {
  int status = -1;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return status;
}

bool is_stopped(pid_t process) {
  const auto status = status_of(process);
  return status && status->stopped;
}

bool continue_if_stopped(pid_t process) { return is_stopped(process) && !kill(process, SIGCONT); }

long context_switches(pid_t process) {
  const std::string status = read_proc(process, "status");
  long all = -1;
  for (const char* name : {"\nvoluntary_ctxt_switches:", "\nnonvoluntary_ctxt_switches:"}) {
    const auto at = status.find(name);
    if (at == std::string::npos) return -1;
    all += std::strtol(status.c_str() + at + std::strlen(name), nullptr, 10);
  }
  return all;
}

std::set<pid_t> children_of(pid_t process) {
  std::set<pid_t> all;
  for (const pid_t thread : numbers_in(folder_of(process) + "/task")) {
    const auto children =
        read_file(folder_of(process) + "/task/" + std::to_string(thread) + "/children");
    if (!children && thread == process && is_alive(process)) return children_by_parent(process);
    const char* at = children ? children->c_str() : "";
    for (;;) {
      char* end = nullptr;
      const auto child = static_cast<pid_t>(std::strtol(at, &end, 10));
      if (!child) break;
      all.insert(child);
      at = end;
    }
  }
  return all;
}

std::vector<pid_t> descendants(pid_t root) {
  std::vector<pid_t> all{root};
  for (std::size_t at = 0; at < all.size(); ++at) {
    const auto children = children_of(all[at]);
    all.insert(all.end(), children.begin(), children.end());
  }
  all.erase(all.begin());
  std::erase_if(all, [](pid_t process) { return !is_alive(process); });
  return all;
}

std::string command_name(pid_t process) {
  std::string name = read_proc(process, "comm");
  while (!name.empty() && name.back() == '\n') name.pop_back();
  return name;
}

std::string describe_process(pid_t process) {
  const std::string name = command_name(process);
  if (name.empty()) return "";
  std::string arguments = read_proc(process, "cmdline");
  while (!arguments.empty() && arguments.back() == '\0') arguments.pop_back();
  for (char& c : arguments)
    if (c == '\0') c = ' ';
  return std::to_string(process) + " " + name + " " + arguments;
}

}  // namespace programs
