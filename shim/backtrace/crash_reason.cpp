// SPDX-License-Identifier: BSD-3-Clause
#include "backtrace/crash_reason.hpp"

namespace backtrace {
namespace {

struct Code {
  int signal;
  int code;
  const char* words;
};

constexpr Code codes[] = {
    {SIGSEGV, SEGV_MAPERR, "address not mapped"},
    {SIGSEGV, SEGV_ACCERR, "invalid permissions"},
    {SIGSEGV, 3, "bounds check failed"},       // SEGV_BNDERR, and below: not in every header
    {SIGSEGV, 4, "memory protection key"},     // SEGV_PKUERR
    {SIGSEGV, 8, "memory tag"},                // SEGV_MTEAERR
    {SIGSEGV, 9, "memory tag"},                // SEGV_MTESERR
    {SIGSEGV, 10, "control flow protection"},  // SEGV_CPERR
    {SIGBUS, BUS_ADRALN, "invalid alignment"},
    {SIGBUS, BUS_ADRERR, "no such physical address"},  // also: beyond the end of a mapped file
    {SIGBUS, BUS_OBJERR, "hardware error of the object"},
    {SIGBUS, 4, "memory error"},  // BUS_MCEERR_AR
    {SIGBUS, 5, "memory error"},  // BUS_MCEERR_AO
    {SIGILL, ILL_ILLOPC, "illegal opcode"},
    {SIGILL, ILL_ILLOPN, "illegal operand"},
    {SIGILL, ILL_ILLADR, "illegal addressing mode"},
    {SIGILL, ILL_ILLTRP, "illegal trap"},
    {SIGILL, ILL_PRVOPC, "privileged opcode"},
    {SIGILL, ILL_PRVREG, "privileged register"},
    {SIGILL, ILL_COPROC, "coprocessor error"},
    {SIGILL, ILL_BADSTK, "internal stack error"},
    {SIGFPE, FPE_INTDIV, "integer division by zero"},
    {SIGFPE, FPE_INTOVF, "integer overflow"},
    {SIGFPE, FPE_FLTDIV, "division by zero"},
    {SIGFPE, FPE_FLTOVF, "overflow"},
    {SIGFPE, FPE_FLTUND, "underflow"},
    {SIGFPE, FPE_FLTRES, "inexact result"},
    {SIGFPE, FPE_FLTINV, "invalid operation"},
    {SIGFPE, FPE_FLTSUB, "subscript out of range"},
};

}  // namespace

const char* signal_name(int signal) {
  switch (signal) {
    case SIGSEGV:
      return "SIGSEGV";
    case SIGBUS:
      return "SIGBUS";
    case SIGILL:
      return "SIGILL";
    case SIGFPE:
      return "SIGFPE";
    default:
      return "a signal";
  }
}

base::Text<64> describe(const siginfo_t& info) {
  base::Text<64> text;
  // kill, sigqueue, tgkill; a timer or a message queue has no sender.
  if (info.si_code == SI_USER || info.si_code == SI_QUEUE || info.si_code == SI_TKILL)
    return text << "sent by pid " << info.si_pid;
  if (info.si_code <= 0) return text << "sent, code " << info.si_code;
  // x86-64: an address that no pointer can have (bits 47 to 63 differ), or a privileged
  // instruction.
  if (info.si_code == SI_KERNEL) return text << "general protection, address unknown";
  for (const auto& code : codes)
    if (code.signal == info.si_signo && code.code == info.si_code) return text << code.words;
  return text << "code " << info.si_code;
}

bool has_address(const siginfo_t& info) { return info.si_code > 0 && info.si_code != SI_KERNEL; }

bool was_sent(const siginfo_t& info) {
  return info.si_code <= 0 || (info.si_signo == SIGBUS && info.si_code == 5) ||  // BUS_MCEERR_AO
         (info.si_signo == SIGSEGV && info.si_code == 8);                        // SEGV_MTEAERR
}

}  // namespace backtrace
