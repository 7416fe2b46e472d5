// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/spawn/mpi_error.hpp"

#include <atomic>

namespace remedies::spawn {

bool is_alone(abi::OpaqueHandle comm) {
  const auto size_of = mpi_function<int (*)(abi::OpaqueHandle, int*)>("MPI_Comm_size");
  int size = 0;
  return size_of && !size_of(comm, &size) && size == 1;
}

int error_code(const Explanation& text) {
  const auto add_class = mpi_function<int (*)(int*)>("MPI_Add_error_class");
  const auto add_code = mpi_function<int (*)(int, int*)>("MPI_Add_error_code");
  const auto add_string = mpi_function<int (*)(int, const char*)>("MPI_Add_error_string");
  // One for all refusals: MPI has room for a limited number. Of two threads that come first, one's
  // counts; MPI itself sees to it that they may (MPI_THREAD_MULTIPLE).
  static constinit std::atomic<int> known = 0;
  if (!add_class || !add_code || !add_string) return 0;
  int code = known.load(std::memory_order_acquire);
  if (!code) {
    int error_class, made = 0;
    if (add_class(&error_class) || add_code(error_class, &made)) return 0;
    if (known.compare_exchange_strong(code, made, std::memory_order_acq_rel)) code = made;
  }
  return add_string(code, text.c_str()) ? 0 : code;
}

int raise(abi::OpaqueHandle comm, int code) {
  const auto call_errhandler =
      mpi_function<int (*)(abi::OpaqueHandle, int)>("MPI_Comm_call_errhandler");
  if (call_errhandler) call_errhandler(comm, code);
  return code;
}

}  // namespace remedies::spawn
