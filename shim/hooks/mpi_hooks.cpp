// MPI's functions as the program calls them, under both of their names: some Fortran bindings call
// PMPI_.
#include "abi/mpi_functions.hpp"

#include "configuration.hpp"
#include "hooks/export.hpp"
#include "genuine/genuine.hpp"
#include "remedies/all/diagnosis.hpp"
#include "remedies/launcher/foreign_launcher.hpp"
#include "remedies/spawn/call.hpp"
#include "remedies/spawn/mpi_error.hpp"
#include "remedies/spawn/plan.hpp"
#include "remedies/ucx/answer.hpp"

using namespace remedies;

// The return address, for a caller whose libmpi is in no global scope.
#define CALLER __builtin_return_address(0)

namespace {

constexpr int no_mpi = spawn::other_error;  // where a program calls MPI and none is loaded

template <class Function, class... Arguments>
int initialise(Function function, const void* caller, Arguments... arguments) {
  const auto genuine = function.from(caller);
  if (!genuine) return no_mpi;
  diagnosis::give(caller);
  ucx::prepare(caller);
  const int code = genuine(arguments...);
  spawn::prepare(caller);
  warn_of_foreign_launcher(spawn::plan().mpi);
  return code;
}

template <class Function, class... Arguments>
int start(Function function, const void* caller, const spawn::Asked& asked,
          Arguments... arguments) {
  const auto genuine = function.from(caller);
  if (!genuine) return no_mpi;
  spawn::prepare(caller);
  if (int code; spawn::refuse(asked.comm, code)) return code;
  spawn::Call call(asked);
  return call.end(genuine(arguments...));
}

}  // namespace

/// `sidestep doctor` and the tests ask the living library who it is.
SIDESTEP_EXPORT const char* sidestep_version() { return SIDESTEP_VERSION; }

SIDESTEP_EXPORT int MPI_Init(int* argc, char*** argv) {
  return initialise(real::MPI_Init, CALLER, argc, argv);
}

SIDESTEP_EXPORT int PMPI_Init(int* argc, char*** argv) {
  return initialise(real::PMPI_Init, CALLER, argc, argv);
}

SIDESTEP_EXPORT int MPI_Init_thread(int* argc, char*** argv, int required, int* provided) {
  return initialise(real::MPI_Init_thread, CALLER, argc, argv, required, provided);
}

SIDESTEP_EXPORT int PMPI_Init_thread(int* argc, char*** argv, int required, int* provided) {
  return initialise(real::PMPI_Init_thread, CALLER, argc, argv, required, provided);
}

SIDESTEP_EXPORT int MPI_Session_init(Word info, Word errhandler, Word* session) {
  return initialise(real::MPI_Session_init, CALLER, info, errhandler, session);
}

SIDESTEP_EXPORT int PMPI_Session_init(Word info, Word errhandler, Word* session) {
  return initialise(real::PMPI_Session_init, CALLER, info, errhandler, session);
}

SIDESTEP_EXPORT int MPI_Comm_spawn(const char* command, char** argv, int maxprocs, Word info,
                                   int root, Word comm, Word* intercomm, int* errcodes) {
  return start(real::MPI_Comm_spawn, CALLER, {comm, intercomm, 1, &maxprocs, errcodes}, command,
               argv, maxprocs, info, root, comm, intercomm, errcodes);
}

SIDESTEP_EXPORT int PMPI_Comm_spawn(const char* command, char** argv, int maxprocs, Word info,
                                    int root, Word comm, Word* intercomm, int* errcodes) {
  return start(real::PMPI_Comm_spawn, CALLER, {comm, intercomm, 1, &maxprocs, errcodes}, command,
               argv, maxprocs, info, root, comm, intercomm, errcodes);
}

SIDESTEP_EXPORT int MPI_Comm_spawn_multiple(int count, char** commands, char*** argvs,
                                            const int* maxprocs, const Word* infos, int root,
                                            Word comm, Word* intercomm, int* errcodes) {
  return start(real::MPI_Comm_spawn_multiple, CALLER, {comm, intercomm, count, maxprocs, errcodes},
               count, commands, argvs, maxprocs, infos, root, comm, intercomm, errcodes);
}

SIDESTEP_EXPORT int PMPI_Comm_spawn_multiple(int count, char** commands, char*** argvs,
                                             const int* maxprocs, const Word* infos, int root,
                                             Word comm, Word* intercomm, int* errcodes) {
  return start(real::PMPI_Comm_spawn_multiple, CALLER, {comm, intercomm, count, maxprocs, errcodes},
               count, commands, argvs, maxprocs, infos, root, comm, intercomm, errcodes);
}
