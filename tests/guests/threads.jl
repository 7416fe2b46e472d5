# SPDX-License-Identifier: BSD-3-Clause
# Usage: julia threads.jl global|local|default
#
# MPI in a Julia with two threads, as MPI.jl has it: a library opened by name, and ccall. Both
# threads allocate, so that Julia's garbage collector stops them at its safepoints, which is a
# SIGSEGV that Julia's own handler answers.
# How the library is opened: global, local, or default, with Julia's own flags (RTLD_LAZY |
# RTLD_DEEPBIND). Its functions are found by dlsym: a ccall that named it would open it by Julia's own
# flags as soon as the code around it is compiled.
# LIBMPI: its name (default libmpich.so.12). JULIA_NUM_THREADS=2 is the caller's to set.
using Libdl

const libmpi = get(ENV, "LIBMPI", "libmpich.so.12")
const world = Cint(0x44000000) # MPI_COMM_WORLD of every MPICH
const multiple = Cint(3)       # MPI_THREAD_MULTIPLE
const rounds = 40_000
const words = 50

function fail(what)
  println("threads.jl: ", what)
  exit(1)
end

check(call, status) = status == 0 || fail("$call returned $status")

function allocate(n)
  sum = 0
  for round in 1:n
    kept = Vector{Any}(undef, words)
    for word in 1:words
      kept[word] = (round, word, string(word))
    end
    sum += length(kept[words][3]) + length(kept)
  end
  sum
end

const flags = Dict("global" => RTLD_LAZY | RTLD_GLOBAL,
                   "local" => RTLD_LAZY | RTLD_LOCAL,
                   "default" => RTLD_LAZY | RTLD_DEEPBIND)

function main(mode)
  haskey(flags, mode) || fail("what is mode '$mode'?")
  mpi = dlopen(libmpi, flags[mode])
  provided = Ref{Cint}(-1)
  check("MPI_Init_thread", ccall(dlsym(mpi, :MPI_Init_thread), Cint,
                                 (Ptr{Cvoid}, Ptr{Cvoid}, Cint, Ptr{Cint}),
                                 C_NULL, C_NULL, multiple, provided))
  rank, size = Ref{Cint}(-1), Ref{Cint}(-1)
  check("MPI_Comm_rank",
        ccall(dlsym(mpi, :MPI_Comm_rank), Cint, (Cint, Ptr{Cint}), world, rank))
  check("MPI_Comm_size",
        ccall(dlsym(mpi, :MPI_Comm_size), Cint, (Cint, Ptr{Cint}), world, size))

  sums = zeros(Int, Threads.nthreads())
  Threads.@threads for thread in 1:Threads.nthreads()
    sums[thread] = allocate(rounds)
  end

  check("MPI_Barrier", ccall(dlsym(mpi, :MPI_Barrier), Cint, (Cint,), world))
  check("MPI_Finalize", ccall(dlsym(mpi, :MPI_Finalize), Cint, ()))
  all(sums .== rounds * (words + 2)) || fail("wrong sums: $sums")
  Threads.nthreads() == 2 || fail("$(Threads.nthreads()) threads")
  print("rank $(rank[]) of $(size[]): all right, 2 threads\n") # one write: ranks share a pipe
end

main(get(ARGS, 1, "default"))
