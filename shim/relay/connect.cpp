// SPDX-License-Identifier: BSD-3-Clause
// sidestep-connect: meets a program that waits in MPI_Comm_spawn for children that have ended, in
// their place, so that libmpi waits no longer. A program of its own, for it calls the program's
// libmpi, which the static sidestep-relay cannot load; that comes with LD_PRELOAD, and needs no
// dlopen, which older systems have in another library.
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "abi/handle.hpp"
#include "protocol/spawn_calls.hpp"

#define FROM_LIBMPI extern "C" __attribute__((weak)) int
FROM_LIBMPI MPI_Init(int* argc, char*** argv);
FROM_LIBMPI MPI_Comm_set_errhandler(abi::OpaqueHandle comm, abi::OpaqueHandle errhandler);
FROM_LIBMPI MPI_Comm_connect(const char* port, abi::OpaqueHandle info, int root,
                             abi::OpaqueHandle comm, abi::OpaqueHandle* remote);
FROM_LIBMPI MPI_Comm_disconnect(abi::OpaqueHandle* comm);
FROM_LIBMPI MPI_Finalize();

namespace {

constexpr unsigned limit = 60;  // seconds; SIGALRM ends what hangs

/// The handles that are needed: MPICH's, whose ABI has not changed since 3.1, and the MPI ABI's.
struct Handles {
  abi::OpaqueHandle self, no_info, errors_return;
};
constexpr Handles mpich{0x44000001, 0x1c000000, 0x54000001}, mpi_abi{0x102, 0x130, 0x143};

const Handles& handles_of(const char* libmpi) {
  const char* name = std::strrchr(libmpi, '/');
  return std::strncmp(name ? name + 1 : libmpi, "libmpi_abi.", 11) ? mpich : mpi_abi;
}

}  // namespace

/// LD_PRELOAD=LIBMPI sidestep-connect LIBMPI PORT, with the page of Calls as stdin.
/// @return 0: it has met the program, and parted from it
int main(int argc, char** argv) {
  if (argc != 3) return 125;
  alarm(limit);
  unsetenv("LD_PRELOAD");  // what libmpi may start has no use for it
  auto* calls = protocol::map_spawn_calls(STDIN_FILENO);
  if (!calls || !calls->is_known() || !MPI_Init || MPI_Init(nullptr, nullptr)) return 1;
  const auto& handles = handles_of(argv[1]);
  MPI_Comm_set_errhandler(handles.self, handles.errors_return);
  abi::OpaqueHandle program = 0;
  const bool met = !MPI_Comm_connect(argv[2], handles.no_info, 0, handles.self, &program);
  if (met) {
    calls->meet();
    MPI_Comm_disconnect(&program);
  }
  MPI_Finalize();
  return met ? 0 : 1;
}
