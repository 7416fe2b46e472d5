// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace backtrace {

/// What lies at an address, by /proc/self/maps and by the file that is mapped there. Not by
/// dladdr(), which takes the loader's lock, nor by libunwind's unw_get_proc_name(), which calls
/// malloc (os-linux.c:72@v1.6.2): crashes are in malloc more often than anywhere else.
struct Symbol {
  char module[512];  ///< "/usr/lib/libm.so.6", "[vdso]"; "": nothing is mapped there, or no file
  bool executable;   ///< true too where nothing can be known
  unsigned long offset;  ///< in the module, as `addr2line -e` takes it
  char function[400];    ///< as the linker knows it: C++ names stay mangled; "": unknown
  unsigned long into;    ///< distance in bytes from the function's start
};

/// Async-signal-safe; not for two threads at once.
/// @param read_file false: the file is not opened, and there is no function
/// @return a symbol that stays until the next call
const Symbol& symbolize(unsigned long address, bool read_file);

}  // namespace backtrace
