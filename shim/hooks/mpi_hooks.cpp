// SPDX-License-Identifier: BSD-3-Clause
// MPI's functions as the program calls them, under both of their names: some Fortran bindings call
// PMPI_.
#include "abi/mpi_functions.hpp"
#include "genuine/genuine.hpp"
#include "hooks/export.hpp"
#include "remedies/all/diagnosis.hpp"
#include "remedies/all/ucx_start.hpp"
#include "remedies/launcher/foreign_launcher.hpp"
#include "remedies/spawn/call.hpp"
#include "remedies/spawn/connected.hpp"
#include "remedies/spawn/mpi_error.hpp"
#include "remedies/spawn/plan.hpp"
#include "remedies/spawn/refusal.hpp"
#include "remedies/spawn/stale_pmi.hpp"
#include "sidestep_version.hpp"

using namespace abi;
using namespace remedies;

// The return address, for a caller whose libmpi is in no global scope.
#define CALLER __builtin_return_address(0)

namespace {

constexpr int no_mpi = spawn::other_error;  // where a program calls MPI and none is loaded

template <class Function, class... Arguments>
int initialise(Function function, const void* caller, Arguments... arguments) {
  const auto genuine = function.from(caller);
  if (!genuine) return no_mpi;
  all::write_diagnosis_and_exit(caller);
  all::before_ucx_starts(caller);
  spawn::report_stale_pmi(caller);
  const int code = genuine(arguments...);
  spawn::prepare(caller);
  launcher::warn_of_foreign_launcher(spawn::plan().mpi);
  return code;
}

template <class Function, class... Arguments>
int start(Function function, const void* caller, const spawn::CallArguments& given,
          Arguments... arguments) {
  const auto genuine = function.from(caller);
  if (!genuine) return no_mpi;
  spawn::prepare(caller);
  if (int code; spawn::refuse(given.comm, code)) return code;
  spawn::Call call(given);
  const int code = call.end(genuine(arguments...));
  if (!code) spawn::connected(given.intercomm);
  return code;
}

/// MPI_Comm_disconnect, MPI_Comm_free.
template <class Function>
int part(Function function, const void* caller, OpaqueHandle* comm) {
  const auto genuine = function.from(caller);
  if (!genuine) return no_mpi;
  const auto parted = spawn::handle_at(comm);  // libmpi overwrites it
  const int code = genuine(comm);
  if (!code) spawn::disconnected(parted);
  return code;
}

template <class Function>
int merge(Function function, const void* caller, OpaqueHandle intercomm, int high,
          OpaqueHandle* merged) {
  const auto genuine = function.from(caller);
  if (!genuine) return no_mpi;
  const int code = genuine(intercomm, high, merged);
  if (!code && spawn::is_connected(intercomm)) spawn::connected(merged);
  return code;
}

}  // namespace

/// The loaded library's version, for `sidestep doctor` and the tests.
SIDESTEP_EXPORT const char* sidestep_version() { return SIDESTEP_VERSION; }

SIDESTEP_EXPORT int MPI_Init(int* argc, char*** argv) {
  return initialise(genuine::MPI_Init, CALLER, argc, argv);
}

SIDESTEP_EXPORT int PMPI_Init(int* argc, char*** argv) {
  return initialise(genuine::PMPI_Init, CALLER, argc, argv);
}

SIDESTEP_EXPORT int MPI_Init_thread(int* argc, char*** argv, int required, int* provided) {
  return initialise(genuine::MPI_Init_thread, CALLER, argc, argv, required, provided);
}

SIDESTEP_EXPORT int PMPI_Init_thread(int* argc, char*** argv, int required, int* provided) {
  return initialise(genuine::PMPI_Init_thread, CALLER, argc, argv, required, provided);
}

SIDESTEP_EXPORT int MPI_Session_init(OpaqueHandle info, OpaqueHandle errhandler,
                                     OpaqueHandle* session) {
  return initialise(genuine::MPI_Session_init, CALLER, info, errhandler, session);
}

SIDESTEP_EXPORT int PMPI_Session_init(OpaqueHandle info, OpaqueHandle errhandler,
                                      OpaqueHandle* session) {
  return initialise(genuine::PMPI_Session_init, CALLER, info, errhandler, session);
}

SIDESTEP_EXPORT int MPI_Comm_spawn(const char* command, char** argv, int maxprocs,
                                   OpaqueHandle info, int root, OpaqueHandle comm,
                                   OpaqueHandle* intercomm, int* errcodes) {
  return start(genuine::MPI_Comm_spawn, CALLER, {comm, intercomm, 1, &maxprocs, errcodes}, command,
               argv, maxprocs, info, root, comm, intercomm, errcodes);
}

SIDESTEP_EXPORT int PMPI_Comm_spawn(const char* command, char** argv, int maxprocs,
                                    OpaqueHandle info, int root, OpaqueHandle comm,
                                    OpaqueHandle* intercomm, int* errcodes) {
  return start(genuine::PMPI_Comm_spawn, CALLER, {comm, intercomm, 1, &maxprocs, errcodes}, command,
               argv, maxprocs, info, root, comm, intercomm, errcodes);
}

SIDESTEP_EXPORT int MPI_Comm_spawn_multiple(int count, char** commands, char*** argvs,
                                            const int* maxprocs, const OpaqueHandle* infos,
                                            int root, OpaqueHandle comm, OpaqueHandle* intercomm,
                                            int* errcodes) {
  return start(genuine::MPI_Comm_spawn_multiple, CALLER,
               {comm, intercomm, count, maxprocs, errcodes}, count, commands, argvs, maxprocs,
               infos, root, comm, intercomm, errcodes);
}

SIDESTEP_EXPORT int PMPI_Comm_spawn_multiple(int count, char** commands, char*** argvs,
                                             const int* maxprocs, const OpaqueHandle* infos,
                                             int root, OpaqueHandle comm, OpaqueHandle* intercomm,
                                             int* errcodes) {
  return start(genuine::PMPI_Comm_spawn_multiple, CALLER,
               {comm, intercomm, count, maxprocs, errcodes}, count, commands, argvs, maxprocs,
               infos, root, comm, intercomm, errcodes);
}

SIDESTEP_EXPORT int MPI_Comm_disconnect(OpaqueHandle* comm) {
  return part(genuine::MPI_Comm_disconnect, CALLER, comm);
}

SIDESTEP_EXPORT int MPI_Comm_free(OpaqueHandle* comm) {
  return part(genuine::MPI_Comm_free, CALLER, comm);
}

SIDESTEP_EXPORT int MPI_Intercomm_merge(OpaqueHandle intercomm, int high, OpaqueHandle* merged) {
  return merge(genuine::MPI_Intercomm_merge, CALLER, intercomm, high, merged);
}

SIDESTEP_EXPORT int PMPI_Comm_disconnect(OpaqueHandle* comm) {
  return part(genuine::PMPI_Comm_disconnect, CALLER, comm);
}

SIDESTEP_EXPORT int PMPI_Comm_free(OpaqueHandle* comm) {
  return part(genuine::PMPI_Comm_free, CALLER, comm);
}

SIDESTEP_EXPORT int PMPI_Intercomm_merge(OpaqueHandle intercomm, int high, OpaqueHandle* merged) {
  return merge(genuine::PMPI_Intercomm_merge, CALLER, intercomm, high, merged);
}
