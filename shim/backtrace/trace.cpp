// SPDX-License-Identifier: BSD-3-Clause
#include "backtrace/trace.hpp"

#define UNW_LOCAL_ONLY
#include <errno.h>
#include <libunwind.h>
#include <ucontext.h>
#include <unistd.h>

#include <atomic>

#include "backtrace/crash_reason.hpp"
#include "backtrace/helper.hpp"
#include "backtrace/hex.hpp"
#include "backtrace/symbolizer.hpp"
#include "base/file_calls.hpp"

namespace backtrace::trace {
namespace {

struct Frame {
  unsigned long address;
  bool exact;  // not a return address, which may lie in the next function already
};

// A recursion without end has 100,000 and more.
constexpr int most_frames = 100;

protocol::BacktraceSetup setup;
base::Text<256> program;
base::Text<80> host;
Crash crash;
Frame frames[most_frames];
// A helper that hangs and the one that takes over both know them.
std::atomic<int> found, printed, output;
std::atomic<bool> headed, more;
const char* unreadable;

using Line = base::Text<1600>;

// Static: where no helper can be made this is the program's alternate stack.
Line line;

/// One write(2): lines of several processes on one terminal stay whole.
void write_line(int fd) {
  helper::leave_if_late();
  line << "\n";
  // Nothing can be done about a full disk or a closed stderr.
  if (base::file_calls::write(fd, line.c_str(), line.size()) < 0) return;
}

/// Each line says whose it is: ranks crash together, and their traces are mixed.
Line& start_line() {
  line.clear();
  line << "sidestep: ";
  if (setup.rank >= 0) line << "[rank " << setup.rank << "] ";
  return line;
}

void open_output() {
  output = STDERR_FILENO;
  if (!setup.file[0]) return;
  // O_EXCL: no file, link or fifo that exists is written to.
  const int fd = base::file_calls::open(
      setup.file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, 0600);
  if (fd < 0) return;
  output = fd;
  start_line() << program.c_str() << " (" << host.c_str() << ", pid " << crash.pid << ") died of "
               << signal_name(crash.signal);
  if (has_address(crash.info))
    line << " at " << hex(reinterpret_cast<unsigned long>(crash.info.si_addr)).c_str();
  line << ": trace in " << setup.file;
  write_line(STDERR_FILENO);
}

void head() {
  start_line() << program.c_str() << ": host " << host.c_str() << ", pid " << crash.pid
               << ", thread " << crash.thread << ": " << signal_name(crash.signal) << " ("
               << describe(crash.info).c_str() << ")";
  if (has_address(crash.info))
    line << " at address " << hex(reinterpret_cast<unsigned long>(crash.info.si_addr)).c_str();
  write_line(output);
  headed = true;
}

void add(unsigned long address, bool exact) {
  helper::leave_if_late();
  frames[found] = {address, exact};
  ++found;
}

unsigned long program_counter(const ucontext_t& context) {
#if defined(__x86_64__)
  return static_cast<unsigned long>(context.uc_mcontext.gregs[REG_RIP]);
#elif defined(__aarch64__)
  return static_cast<unsigned long>(context.uc_mcontext.pc);
#else
#error "which register is the program counter?"
#endif
}

/// Undoes a call: the context of the caller, right after it. For a call to where no code is (a
/// function pointer that is null), of which there is nothing to unwind by.
void undo_call(ucontext_t& context) {
#if defined(__x86_64__)
  auto& registers = context.uc_mcontext.gregs;
  registers[REG_RIP] = *reinterpret_cast<const greg_t*>(registers[REG_RSP]);
  registers[REG_RSP] += 8;
#elif defined(__aarch64__)
  context.uc_mcontext.pc = context.uc_mcontext.regs[30];
#endif
}

void print(bool names) {
  if (!headed) head();
  for (int i = printed; i < found; printed = ++i) {
    const auto [address, exact] = frames[i];
    const auto& at = symbolize(exact ? address : address - 1, names);
    const unsigned long after = exact ? 0 : 1;
    start_line() << (i < 10 ? " " : "") << i << "  " << hex(address, 16).c_str() << "  ";
    if (at.function[0])
      line << at.function << "+" << hex(at.into + after).c_str();
    else
      line << "?";
    line << "  ";
    if (at.module[0])
      line << at.module << "+" << hex(at.offset + after).c_str();
    else
      line << "?";
    write_line(output);
  }
}

void end() {
  if (more) {
    start_line() << "and more";
    write_line(output);
  }
  if (unreadable) {
    start_line() << "the backtrace ends here: " << unreadable;
    write_line(output);
  }
  start_line() << "end of the trace";
  write_line(output);
  if (output != STDERR_FILENO) base::file_calls::close(output);
}

}  // namespace

void prepare(const protocol::BacktraceSetup& asked) {
  setup = asked;
  setup.file[sizeof setup.file - 1] = 0;
  char name[72] = "";
  if (gethostname(name, sizeof name - 1)) strcpy(name, "?");
  host.clear(), program.clear();
  host << name;
  program << program_invocation_short_name;
}

void begin(const Crash& what) {
  crash = what;
  frames[0] = {program_counter(*static_cast<const ucontext_t*>(what.context)), true};
  found = 1, printed = 0, headed = more = false, unreadable = nullptr, output = STDERR_FILENO;
}

void write_place() {
  open_output();
  print(true);
}

void write_place_without_names() {
  open_output();
  print(false);
}

void walk() {
  // No lock and no lookup in a cache that the crash may have hit. Only now, for the program may use
  // libunwind too. Its first use makes two descriptors (a pipe, to see whether an address can be
  // read), which is why start() does not use it.
  unw_set_caching_policy(unw_local_addr_space, UNW_CACHE_NONE);
  auto context = *static_cast<const ucontext_t*>(crash.context);
  const bool code = symbolize(frames[0].address, false).executable;
  if (!code) undo_call(context);
  unw_cursor_t cursor;
  // The types are one on x86-64; on aarch64 libunwind's is the beginning of ours.
  if (unw_init_local2(&cursor, reinterpret_cast<unw_context_t*>(&context),
                      code ? UNW_INIT_SIGNAL_FRAME : 0)) {
    unreadable = "libunwind cannot start";
    return;
  }
  // Where a handler of the program's crashed: what called it is no call, nor is what it
  // interrupted.
  bool interrupted = false;
  for (bool first = code;; first = false) {
    unw_word_t ip = 0;
    const bool signal_frame = unw_is_signal_frame(&cursor) > 0;
    if (!first) {
      if (unw_get_reg(&cursor, UNW_REG_IP, &ip) || !ip) return;
      add(ip, signal_frame || interrupted);
    }
    interrupted = signal_frame;
    if (found == most_frames) {
      more = true;
      return;
    }
    const int step = unw_step(&cursor);
    if (step < 0) unreadable = "the stack cannot be read further";
    if (step <= 0) return;
  }
}

void set_broken(const char* why) { unreadable = why; }

void finish_with_names() {
  print(true);
  end();
}

void finish_without_names() {
  print(false);
  end();
}

}  // namespace backtrace::trace
