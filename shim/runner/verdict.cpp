// SPDX-License-Identifier: BSD-3-Clause
#include "runner/verdict.hpp"

namespace runner {

std::string describe(const Verdict& verdict) {
  // sigabbrev_np() is newer (glibc 2.32) than some of the systems that the tests run on.
  static constexpr const char* signals[] = {
      "0",    "HUP",  "INT",  "QUIT", "ILL",    "TRAP",   "ABRT",  "BUS",  "FPE",  "KILL", "USR1",
      "SEGV", "USR2", "PIPE", "ALRM", "TERM",   "STKFLT", "CHLD",  "CONT", "STOP", "TSTP", "TTIN",
      "TTOU", "URG",  "XCPU", "XFSZ", "VTALRM", "PROF",   "WINCH", "IO",   "PWR",  "SYS"};
  switch (verdict.end) {
    case End::works:
      return "works";
    case End::killed:
      return "killed by " + (verdict.number > 0 && verdict.number < 32
                                 ? std::string("SIG") + signals[verdict.number]
                                 : "signal " + std::to_string(verdict.number));
    case End::exited:
      return "exit " + std::to_string(verdict.number);
    case End::hangs:
      return "hangs";
    case End::loses_input:
      return "loses input";
    case End::leaves_processes:
      return "leaves " + std::to_string(verdict.left.size()) +
             (verdict.left.size() == 1 ? " process" : " processes");
  }
  return "?";
}

}  // namespace runner
