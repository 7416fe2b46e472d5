#pragma once
// The MPI functions that are interposed, without mpi.h: handles are machine words, passed on
// untouched, so that one binary serves MPICH's int handles and the pointers of Open MPI and of the
// MPI ABI.
#include "abi/handle.hpp"

extern "C" {
int MPI_Init(int* argc, char*** argv);
int MPI_Init_thread(int* argc, char*** argv, int required, int* provided);
int MPI_Session_init(Word info, Word errhandler, Word* session);
int MPI_Comm_spawn(const char* command, char** argv, int maxprocs, Word info, int root, Word comm,
                   Word* intercomm, int* errcodes);
int MPI_Comm_spawn_multiple(int count, char** commands, char*** argvs, const int* maxprocs,
                            const Word* infos, int root, Word comm, Word* intercomm, int* errcodes);
int PMPI_Init(int* argc, char*** argv);
int PMPI_Init_thread(int* argc, char*** argv, int required, int* provided);
int PMPI_Session_init(Word info, Word errhandler, Word* session);
int PMPI_Comm_spawn(const char* command, char** argv, int maxprocs, Word info, int root, Word comm,
                    Word* intercomm, int* errcodes);
int PMPI_Comm_spawn_multiple(int count, char** commands, char*** argvs, const int* maxprocs,
                             const Word* infos, int root, Word comm, Word* intercomm,
                             int* errcodes);
}
