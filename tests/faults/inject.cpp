// SPDX-License-Identifier: BSD-3-Clause
// inject PROCESS CALLS NTH WHAT LOG PROGRAM [ARGUMENT]...: runs the program and lets one system
// call of one process below it fail, by ptrace(2): that process may be static, and need not know.
// Ends as the program ends.
//
// PROCESS  NAME#N   the N-th that executes a program of this file name
//          NAME/N   the N-th child that the first of these forks, until it executes another program
// CALLS    numbers of system calls, separated by commas; "all"
// NTH      3: the third of them; 3+: that and each later one
// WHAT     a number: that errno; "kill" or "stop": the process gets that signal; "": nothing
// LOG      the numbers of all system calls of that process are written there, one a line
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Wanted {
  std::string name;
  bool forked = false;  // a child of it, not itself
  int number = 1;

  explicit Wanted(const std::string& text) {
    const auto at = text.find_first_of("#/");
    name = text.substr(0, at);
    if (at == text.npos) return;
    forked = text[at] == '/';
    number = std::atoi(text.c_str() + at + 1);
  }
};

struct Fault {
  std::vector<std::uint64_t> calls;  // empty: all
  long nth;
  bool from_there_on;
  std::string what;

  Fault(const std::string& list, const std::string& when, std::string action)
      : nth(std::atol(when.c_str())), from_there_on(when.ends_with('+')), what(std::move(action)) {
    std::istringstream numbers(list == "all" ? "" : list);
    for (std::string number; std::getline(numbers, number, ',');)
      calls.push_back(std::strtoull(number.c_str(), nullptr, 10));
  }
  /// Whether this call is to fail.
  bool strikes(std::uint64_t call) {
    if (!calls.empty() && std::find(calls.begin(), calls.end(), call) == calls.end()) return false;
    ++seen_;
    return !what.empty() && (from_there_on ? seen_ >= nth : seen_ == nth);
  }

 private:
  long seen_ = 0;
};

class Injector {
 public:
  Injector(Wanted wanted, Fault fault, const char* log)
      : wanted_(std::move(wanted)), fault_(std::move(fault)), log_(log) {}

  /// Follows the program and all that it starts. @return the program's wait status
  int follow(pid_t program) {
    int status, ended = 0;
    known_.insert(program);
    while (program_lives_ || (target_ > 0 && !done_)) {
      const pid_t pid = waitpid(-1, &status, __WALL);
      if (pid < 0) break;
      if (!WIFSTOPPED(status)) {
        if (pid == program) program_lives_ = false, ended = status;
        if (pid == target_) done_ = true;
        if (pid == program) go_on_at_end();
      } else if (const int event = status >> 16; event) {
        take_event(pid, event, WSTOPSIG(status));
      } else if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
        take_call(pid);
      } else {
        go_on(pid, WSTOPSIG(status));
      }
    }
    return ended;
  }

 private:
  void go_on(pid_t pid, int signal = 0) const {
    ptrace(pid == target_ && !done_ ? PTRACE_SYSCALL : PTRACE_CONT, pid, nullptr, signal);
  }

  /// What is still stopped at the program's end is continued, as its user would do: nothing may be
  /// left after it.
  void go_on_at_end() const {
    if (!program_lives_ && target_ > 0 && !done_ && fault_.what == "stop")
      kill(static_cast<pid_t>(target_), SIGCONT);
  }

  void take_event(pid_t pid, int event, int signal) {
    if (event == PTRACE_EVENT_FORK) take_fork(pid);
    if (event == PTRACE_EVENT_EXEC) take_exec(pid);
    if (event != PTRACE_EVENT_STOP) return go_on(pid);
    if (signal != SIGTRAP)
      ptrace(PTRACE_LISTEN, pid, nullptr, nullptr), go_on_at_end();  // stopped, until SIGCONT
    else if (known_.contains(pid))
      go_on(pid);
    else
      known_.insert(pid);  // new: it waits until its parent has reported it
  }

  void take_fork(pid_t parent) {
    long child = -1;
    ptrace(PTRACE_GETEVENTMSG, parent, nullptr, &child);
    if (parent == first_ && wanted_.forked && ++forks_ == wanted_.number) target_ = child;
    const bool waits = !known_.insert(static_cast<pid_t>(child)).second;
    if (waits) go_on(static_cast<pid_t>(child));
  }

  void take_exec(pid_t pid) {
    if (pid == target_) done_ = true;  // a child is one no more
    std::error_code gone;
    const auto program = fs::read_symlink("/proc/" + std::to_string(pid) + "/exe", gone);
    if (program.filename() != wanted_.name) return;
    if (++executed_ == 1) first_ = pid;
    if (!wanted_.forked && executed_ == wanted_.number) target_ = pid;
  }

  void take_call(pid_t pid) {
    __ptrace_syscall_info info{};
    ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info);
    user_regs_struct registers;
    ptrace(PTRACE_GETREGS, pid, nullptr, &registers);
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
      log_ << info.entry.nr << "\n" << std::flush;
      if (fault_.strikes(info.entry.nr)) strike(pid, registers);
    } else if (info.op == PTRACE_SYSCALL_INFO_EXIT && failing_) {
      registers.rax = -std::strtoull(fault_.what.c_str(), nullptr, 10);
      ptrace(PTRACE_SETREGS, pid, nullptr, &registers);
      failing_ = false;
    }
    go_on(pid);
  }

  void strike(pid_t pid, user_regs_struct& registers) {
    log_ << "here\n" << std::flush;
    if (fault_.what == "kill" || fault_.what == "stop") {
      kill(pid, fault_.what == "kill" ? SIGKILL : SIGSTOP);
      return;
    }
    if (registers.orig_rax != SYS_close) {  // whose descriptor is gone even where it fails
      registers.orig_rax = ~0ULL;           // no call: the kernel does nothing
      ptrace(PTRACE_SETREGS, pid, nullptr, &registers);
    }
    failing_ = true;
  }

  Wanted wanted_;
  Fault fault_;
  std::ofstream log_;
  pid_t first_ = -1;  // of wanted_.name
  long target_ = -1;
  std::set<pid_t> known_;
  bool program_lives_ = true, done_ = false, failing_ = false;
  int executed_ = 0, forks_ = 0;
};

/// Starts the program, which waits until it is seized.
pid_t start(char** argv) {
  const pid_t pid = fork();
  if (!pid) {
    raise(SIGSTOP);
    execvp(argv[0], argv);
    _exit(127);
  }
  int status;
  waitpid(pid, &status, WUNTRACED);
  const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEEXEC;
  if (ptrace(PTRACE_SEIZE, pid, nullptr, options)) {
    std::cerr << "inject: ptrace is not allowed here\n";
    kill(pid, SIGKILL);
    _exit(77);
  }
  kill(pid, SIGCONT);
  return pid;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 7) return 125;
  Injector injector(Wanted(argv[1]), Fault(argv[2], argv[3], argv[4]), argv[5]);
  const int status = injector.follow(start(argv + 6));
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  signal(WTERMSIG(status), SIG_DFL);
  raise(WTERMSIG(status));
}
