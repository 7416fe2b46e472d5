// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The MPI functions that are interposed, without mpi.h: handles are abi::OpaqueHandle.
#include "abi/handle.hpp"

extern "C" {
int MPI_Init(int* argc, char*** argv);
int MPI_Init_thread(int* argc, char*** argv, int required, int* provided);
int MPI_Session_init(abi::OpaqueHandle info, abi::OpaqueHandle errhandler,
                     abi::OpaqueHandle* session);
int MPI_Comm_spawn(const char* command, char** argv, int maxprocs, abi::OpaqueHandle info, int root,
                   abi::OpaqueHandle comm, abi::OpaqueHandle* intercomm, int* errcodes);
int MPI_Comm_spawn_multiple(int count, char** commands, char*** argvs, const int* maxprocs,
                            const abi::OpaqueHandle* infos, int root, abi::OpaqueHandle comm,
                            abi::OpaqueHandle* intercomm, int* errcodes);
int MPI_Comm_disconnect(abi::OpaqueHandle* comm);
int MPI_Comm_free(abi::OpaqueHandle* comm);
int MPI_Intercomm_merge(abi::OpaqueHandle intercomm, int high, abi::OpaqueHandle* merged);
int PMPI_Init(int* argc, char*** argv);
int PMPI_Init_thread(int* argc, char*** argv, int required, int* provided);
int PMPI_Session_init(abi::OpaqueHandle info, abi::OpaqueHandle errhandler,
                      abi::OpaqueHandle* session);
int PMPI_Comm_spawn(const char* command, char** argv, int maxprocs, abi::OpaqueHandle info,
                    int root, abi::OpaqueHandle comm, abi::OpaqueHandle* intercomm, int* errcodes);
int PMPI_Comm_spawn_multiple(int count, char** commands, char*** argvs, const int* maxprocs,
                             const abi::OpaqueHandle* infos, int root, abi::OpaqueHandle comm,
                             abi::OpaqueHandle* intercomm, int* errcodes);
int PMPI_Comm_disconnect(abi::OpaqueHandle* comm);
int PMPI_Comm_free(abi::OpaqueHandle* comm);
int PMPI_Intercomm_merge(abi::OpaqueHandle intercomm, int high, abi::OpaqueHandle* merged);
}
