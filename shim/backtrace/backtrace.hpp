#pragma once

// libsidestep-backtrace.so: tells where a program crashed, as UCX's handler would have done, then
// lets it die as if nobody had looked. To be opened with RTLD_NOW: what is bound at the crash takes
// the loader's lock.

namespace backtrace {

/// What a crash is told with. Copied by start().
struct Setup {
  unsigned long signals;  ///< bit N set: trace signal N (only where its action is the default)
  int rank;               ///< of this process in MPI_COMM_WORLD, -1 where unknown
  char file[1024];        ///< a file the trace is written to; "": stderr
};

/// Of SIGSEGV, SIGBUS, SIGILL and SIGFPE those that are asked for and that nobody handles. Gives
/// the calling thread an alternate stack where it has none. One thread at a time.
/// @return the signals that are now traced (same bits), 0 where none
extern "C" __attribute__((visibility("default"))) unsigned long sidestep_backtrace_start(
    const Setup* setup);

}  // namespace backtrace
