#include "programs/processes.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <map>
#include <memory>

#include "programs/descriptor.hpp"

namespace runner {

namespace {

// No stream here: the supervisor calls this after a fork, where only malloc is known to be sound.
std::string read_proc(pid_t pid, const char* file) {
  std::string text;
  const Descriptor fd(
      open(("/proc/" + std::to_string(pid) + "/" + file).c_str(), O_RDONLY | O_CLOEXEC));
  char buffer[4096];
  for (ssize_t n; fd && (n = read(fd.get(), buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(n));
  }
  return text;
}

}  // namespace

std::optional<Status> status_of(pid_t pid) {
  const std::string stat = read_proc(pid, "stat");
  // The name, in brackets, may hold anything; after the last bracket: state, parent and numbers.
  const std::size_t bracket = stat.rfind(')');
  if (bracket == std::string::npos || bracket + 2 >= stat.size()) return std::nullopt;
  const char* field = stat.c_str() + bracket + 2;
  const char state = *field++;
  char* next = nullptr;
  Status status;
  status.parent = static_cast<pid_t>(std::strtol(field, &next, 10));
  long threads = 0;
  for (int i = 5; i <= 20; ++i) threads = std::strtol(next, &next, 10);
  // A main thread that ended before the others shows as a zombie; the process lives.
  status.alive = (state != 'Z' && state != 'X') || threads > 1;
  return status;
}

std::vector<pid_t> descendants(pid_t root) {
  std::multimap<pid_t, pid_t> children;
  std::map<pid_t, bool> alive;
  const std::unique_ptr<DIR, int (*)(DIR*)> proc(opendir("/proc"), closedir);
  if (!proc) fail("/proc");
  while (const dirent* entry = readdir(proc.get())) {
    const auto pid = static_cast<pid_t>(std::atol(entry->d_name));
    if (pid <= 0) continue;
    if (const auto status = status_of(pid)) {
      children.emplace(status->parent, pid);
      alive[pid] = status->alive;
    }
  }
  std::vector<pid_t> found, to_visit{root};
  while (!to_visit.empty()) {
    const pid_t parent = to_visit.back();
    to_visit.pop_back();
    for (auto [child, end] = children.equal_range(parent); child != end; ++child) {
      to_visit.push_back(child->second);
      if (alive[child->second]) found.push_back(child->second);
    }
  }
  return found;
}

std::string name_process(pid_t pid) {
  std::string comm = read_proc(pid, "comm");
  if (comm.empty()) return "";
  while (!comm.empty() && comm.back() == '\n') comm.pop_back();
  std::string arguments = read_proc(pid, "cmdline");
  while (!arguments.empty() && arguments.back() == '\0') arguments.pop_back();
  for (char& c : arguments) {
    if (c == '\0') c = ' ';
  }
  return std::to_string(pid) + " " + comm + " " + arguments;
}

}  // namespace runner
