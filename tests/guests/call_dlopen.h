// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Included before a program of these: it opens libmpi itself and finds every function with dlsym,
// as Julia does. Nothing of it is linked.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <mpi.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/// RTLD_LOCAL: none of its names is in the global scope. With CALL_DEEPBIND in the environment they
/// are, but libmpi itself sees libc's functions before those of any preload.
static inline uintptr_t from_libmpi(const char* name) {
  static void* library;
  if (!library) {
    const int scope = getenv("CALL_DEEPBIND") ? RTLD_GLOBAL | RTLD_DEEPBIND : RTLD_LOCAL;
    if (!dlopen("libmpi.so.12", RTLD_NOLOAD | RTLD_LAZY))  // else this program shows nothing
      library = dlopen("libmpi.so.12", RTLD_LAZY | scope);
  }
  void* found = library ? dlsym(library, name) : NULL;
  if (!found) {
    printf("no %s in a libmpi.so.12 of our own\n", name);
    exit(3);
  }
  return (uintptr_t)found;
}

#define FROM_LIBMPI(name) ((__typeof__(&name))from_libmpi(#name))
#define MPI_Allreduce FROM_LIBMPI(MPI_Allreduce)
#define MPI_Comm_disconnect FROM_LIBMPI(MPI_Comm_disconnect)
#define MPI_Comm_free FROM_LIBMPI(MPI_Comm_free)
#define MPI_Comm_get_attr FROM_LIBMPI(MPI_Comm_get_attr)
#define MPI_Comm_get_parent FROM_LIBMPI(MPI_Comm_get_parent)
#define MPI_Comm_rank FROM_LIBMPI(MPI_Comm_rank)
#define MPI_Comm_remote_size FROM_LIBMPI(MPI_Comm_remote_size)
#define MPI_Comm_set_errhandler FROM_LIBMPI(MPI_Comm_set_errhandler)
#define MPI_Comm_size FROM_LIBMPI(MPI_Comm_size)
#define MPI_Comm_spawn FROM_LIBMPI(MPI_Comm_spawn)
#define MPI_Comm_spawn_multiple FROM_LIBMPI(MPI_Comm_spawn_multiple)
#define MPI_Error_string FROM_LIBMPI(MPI_Error_string)
#define MPI_Finalize FROM_LIBMPI(MPI_Finalize)
#define MPI_Gather FROM_LIBMPI(MPI_Gather)
#define MPI_Init FROM_LIBMPI(MPI_Init)
#define MPI_Intercomm_merge FROM_LIBMPI(MPI_Intercomm_merge)
