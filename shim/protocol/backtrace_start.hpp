// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Between the library and libsidestep-backtrace.so, which it opens where UCX's crash handler was
// taken away. The two are installed together, but a program that runs on while another version is
// installed opens that version's: what changes here gets another number in the symbol's name, and
// the other version has no such symbol.

namespace protocol {

/// How a crash is to be traced.
struct BacktraceSetup {
  unsigned long signals;  ///< bit N set: trace signal N (only where its action is the default)
  int rank;               ///< of this process in MPI_COMM_WORLD, -1 where unknown
  char file[1024];        ///< a file the trace is written to; "": stderr
};

/// Traces those of SIGSEGV, SIGBUS, SIGILL and SIGFPE that are asked for and have no handler.
/// Gives the calling thread an alternate stack where it has none. Copies `setup`. One thread at a
/// time.
/// @return the signals that are now traced (same bits), 0 where none
using BacktraceStart = unsigned long (*)(const BacktraceSetup* setup);
inline constexpr char backtrace_start_symbol[] = "sidestep_backtrace_start_1";

}  // namespace protocol
