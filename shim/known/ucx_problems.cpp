// SPDX-License-Identifier: BSD-3-Clause
#include "known/ucx_problems.hpp"

namespace known {
namespace {

const char* const a_crash =
    "A crash of your own program prints the same. Try sidestep: the program then goes on, or its "
    "crash is its own, and sidestep prints its backtrace.";
const char* const no_cuda =
    "A UCX that was built without CUDA, or a UCX_TLS without cuda_copy, crashes at the same place. "
    "Look at `ucx_info -d` first: it must list cuda_copy.";

Problem ucx_signals() {
  return {
      .id = "ucx-signals",
      .symptom =
          "\"Caught signal 11\" ends Julia, a JVM, or another program that handles SIGSEGV "
          "itself",
      .versions = "UCX before 1.20; every UCX with UCX_HANDLE_ERRORS=bt",
      .cause =
          "UCX takes SIGSEGV, SIGILL, SIGBUS and SIGFPE for crashes. To Julia's garbage "
          "collector and to a JVM a SIGSEGV is ordinary work. UCX takes it from them, prints a "
          "backtrace and ends the program.",
      .acts =
          "UCX is set to handle no signals, as 1.20 is by default. Your own UCX_ variables and "
          "ucx.conf win.",
      .command = "sidestep run PROGRAM",
      .cost = "UCX prints no backtrace of a real crash: sidestep does (crash-trace).",
      .messages =
          {{"[{host}:{pid}:{N}:{tid}] <<Caught signal 11 (Segmentation fault>>: {cause} at address "
            "{address})\n==== backtrace (tid: {tid}) ====\n {N}  {file}<<libjulia>>{file}",
            "UCX 1.7 to 1.19 in Julia", "ucx-signals-julia-1.13.1"},
           {"[{host}:{pid}:{N}:{tid}] <<Caught signal 11 (Segmentation fault>>: {cause} at address "
            "{address})\n==== backtrace ====\n {N}  {file}<<libjulia>>.so.1({frame})",
            "UCX up to 1.6 in Julia", "https://github.com/JuliaParallel/MPI.jl/issues/409"},
           {"<<Caught signal 11 (Segmentation fault>>: invalid permissions for mapped object at "
            "address {address})\n==== backtrace (tid: {tid}) ====\n {N} {address} "
            "<<_jl_invoke>>()",
            "UCX 1.7 to 1.19 in Julia", "https://github.com/JuliaParallel/MPI.jl/issues/846"},
           {"<<Caught signal 11 (Segmentation fault>>: invalid permissions for mapped object at "
            "address {address})\n==== backtrace ====\n {N} {address} <<JavaCalls::>>call_helper()",
            "UCX up to 1.6 in a JVM", "https://github.com/openucx/ucx/issues/3337"},
           {"<<Caught signal 11 (Segmentation fault>>: invalid permissions for mapped object at "
            "address {address})\n==== backtrace (tid: {tid}) ====\n {N}  {file}/<<libjvm.so>>",
            "UCX 1.7 to 1.19 in a JVM", "https://github.com/openucx/ucx/issues/4870"},
           {"[{host}:{pid}:{N}:{tid}] <<Caught signal 11 (Segmentation fault>>: address not mapped "
            "to object at address {address})\n==== backtrace (tid:{tid}) ====\n# A fatal error has "
            "been <<detected by the Java Runtime Environment>>:",
            "UCX before 1.20 in a JVM",
            "https://github.com/easybuilders/easybuild-easyblocks/pull/3832"},
           {"[{host}:{pid}:{N}:{tid}] <<Caught signal {N} (Segmentation fault: {cause} at "
            "address>> {address})\n==== backtrace (tid: {tid}) ====",
            "UCX 1.7 to 1.19; newer with UCX_HANDLE_ERRORS=bt", "ucx-signals-1.18.1", a_crash},
           {"[{host}:{pid}:{N}:{tid}] <<Caught signal 8 (Floating point exception:>> {cause})",
            "UCX 1.7 to 1.19; newer with UCX_HANDLE_ERRORS=bt", "ucx-signals-fpe-1.18.1", a_crash}},
      .words = {"UCX intercepts signals", "Julia segfaults with threads and MPI",
                "NullPointerException crashes the JVM with UCX", "UCX_ERROR_SIGNALS",
                "UCX_HANDLE_ERRORS"},
      .links = {"https://github.com/JuliaParallel/MPI.jl/issues/337",
                "https://github.com/openucx/ucx/issues/3337",
                "https://github.com/openucx/ucx/issues/4870",
                "https://github.com/openucx/ucx/pull/11021"}};
}

Problem ucx_sighup() {
  return {
      .id = "ucx-sighup",
      .symptom = "a program and the children that it spawned live on when their terminal is closed",
      .versions = "every UCX up to the newest, unless UCX_DEBUG_SIGNO is set",
      .cause =
          "UCX uses SIGHUP as its debug signal. Closing a terminal sends SIGHUP, UCX takes it, "
          "and the program does not end.",
      .acts = "UCX is set to use no debug signal.",
      .command = "sidestep run PROGRAM",
      .cost = "UCX's debug signal is not there, unless you set UCX_DEBUG_SIGNO.",
      .messages = {},
      .words = {"SIGHUP is ignored with UCX", "processes left after the terminal is closed",
                "UCX_DEBUG_SIGNO", "orphaned ranks after ssh disconnects"},
      .links = {"https://github.com/openucx/ucx/issues/10742"}};
}

Problem ucx_memtype_cache() {
  return {
      .id = "ucx-memtype-cache",
      .symptom =
          "UCX takes device memory for host memory: a crash in a send, or garbage in "
          "messages",
      .versions = "every UCX up to the newest, with CUDA or ROCm",
      .cause =
          "UCX remembers which addresses are device memory. It misses some allocations "
          "(per-thread default streams, IPC, graphs, pools), and copies from those addresses as "
          "if they were the host's.",
      .acts =
          "UCX's memory type cache is off: UCX asks the driver of each buffer. "
          "SIDESTEP_UCX_MEMTYPE_CACHE=keep leaves it on (cuda-allocations).",
      .command = "sidestep run PROGRAM",
      .cost = "A call of the driver for each buffer: docs/cuda.md has the figures.",
      .messages =
          {{"[{host}:{pid}:{N}:{tid}] <<Caught signal 11 (Segmentation fault: invalid permissions "
            "for mapped object>> at address {address})\n {N}  {file}/libuct.so.0"
            "(uct_self<<_ep_am_short>>+{address})",
            "UCX 1.10 to 1.22", "ucx-memtype-cache-1.18.1", no_cuda},
           {"[{host}:{pid}:{N}:{tid}] <<Caught signal 11 (Segmentation fault: invalid permissions "
            "for mapped object>> at address {address})\n {N} {address} uct_ib_mlx5_inline_copy()\n"
            " {N} {address} uct_rc_mlx5<<_ep_put_short>>()",
            "UCX with InfiniBand", "https://github.com/openucx/ucx/issues/9533", no_cuda},
           {"<<Caught signal 11 (Segmentation fault: invalid permissions for mapped object>> at "
            "address {address})\n {N} {address} __memcpy_ssse3_back()\n {N} {address} "
            "<<ucp_dt_pack>>()",
            "UCX 1.3", "https://github.com/openucx/ucx/issues/2241", no_cuda},
           {"#{N}  {address} in ucs_error_freeze (message={address} \"<<invalid permissions for "
            "mapped object>>\") at debug/debug.c:829\n#{N}  {address} in "
            "<<uct_am_short_fill_data>> (length={N}",
            "UCX 1.7", "https://github.com/openucx/ucx/issues/4756", no_cuda}},
      .words = {"ReadOnlyMemoryError with CUDA-aware MPI", "UCX_MEMTYPE_CACHE",
                "CUDA-aware MPI segmentation fault", "wrong data received from a GPU buffer"},
      .links = {"https://github.com/openucx/ucx/issues/5061",
                "https://github.com/openucx/ucx/issues/4756",
                "https://github.com/openucx/ucx/pull/7865"}};
}

Problem ucx_patch_wait() {
  return {
      .id = "ucx-patch-wait",
      .symptom = "each program that loads UCX starts 0.05 s, 0.5 s or a second later than it must",
      .versions = "UCX 1.16 and newer",
      .cause =
          "UCX patches functions of libc and of CUDA when it starts. At each of them it waits for "
          "threads that may be inside: 5 ms, and 50 ms from UCX 1.21 on. A program that starts has "
          "one thread, and nobody is inside.",
      .acts =
          "UCX does not wait where the process has one thread. With a second thread it waits as "
          "before. Your own UCX_MEM_BISTRO_GRACE_DURATION wins.",
      .command = "sidestep run PROGRAM",
      .cost = "None: where UCX is loaded, a few hundred instructions.",
      .messages = {},
      .words = {"MPI_Init is slow", "import mpi4py takes long", "UCX initialization is slow",
                "ucp_init takes half a second", "UCX_MEM_BISTRO_GRACE_DURATION"},
      .links = {"https://github.com/openucx/ucx/issues/11211",
                "https://github.com/openucx/ucx/issues/8572"}};
}

Problem cuda_allocations() {
  return {.id = "cuda-allocations",
          .symptom =
              "with UCX's memory type cache off, each message costs a question to the CUDA driver",
          .versions = "UCX 1.13 and newer with CUDA, where SIDESTEP_UCX_MEMTYPE_CACHE=keep is set",
          .cause =
              "The cache is fast and misses some allocations. Without it UCX asks the driver of "
              "every buffer.",
          .acts =
              "The cache stays on, and sidestep reports to UCX the device memory that UCX's own "
              "hooks miss. Where sidestep cannot see all of it, the cache is off.",
          .command = "SIDESTEP_UCX_MEMTYPE_CACHE=keep sidestep run PROGRAM",
          .cost = "A few hundred nanoseconds for each allocation: docs/cuda.md.",
          .messages = {},
          .words = {"CUDA-aware MPI latency is higher with UCX_MEMTYPE_CACHE=n"},
          .links = {"https://github.com/openucx/ucx/issues/5061"}};
}

Problem crash_trace() {
  return {.id = "crash-trace",
          .symptom = "a crash prints nothing, where UCX would have printed a backtrace",
          .versions = "where ucx-signals applies",
          .cause =
              "UCX's handlers are gone, so that they harm no program. With them goes UCX's "
              "backtrace of a real crash.",
          .acts =
              "sidestep prints the backtrace of a crash that nobody handles. The program then dies "
              "of its signal, with its core file.",
          .command = "sidestep run PROGRAM",
          .cost = "None until a crash.",
          .messages = {},
          .words = {"no backtrace after a crash with UCX 1.20"},
          .links = {"https://github.com/openucx/ucx/pull/11021"}};
}

Problem julia_precompile() {
  return {
      .id = "julia-precompile",
      .symptom =
          "Julia ranks that start at once fail while they precompile: mkdir EEXIST, or unlink "
          "ENOENT",
      .versions = "Julia before 1.10",
      .cause =
          "Each rank precompiles into the same cache. One makes a folder, or removes an old "
          "file, a moment before another does, and the other takes that for an error.",
      .acts =
          "In Julia's compile cache, \"already exists\" and \"already deleted\" count as "
          "success. sidestep-mpiexec precompiles once, before the ranks start.",
      .command = "sidestep-mpiexec -n N julia PROGRAM",
      .cost = "None that can be measured.",
      .messages =
          {{"ERROR: LoadError: IOError: <<mkdir: file already exists (EEXIST)>>\nStacktrace:\n "
            "[{N}] mkpath at ./file.jl:222 [inlined]\n [{N}] <<compilecache>>_path(::Base.PkgId) "
            "at "
            "./loading.jl:1210",
            "Julia 1.0 to 1.4", "https://github.com/JuliaParallel/MPI.jl/issues/398"},
           {"IOError: <<unlink: no such file or directory (ENOENT)>>\nStacktrace:\n [{N}] "
            "<<compilecache>>(::Base.PkgId, ::String",
            "Julia 1.3 to 1.9", "julia-precompile-1.5.3"},
           {"INFO: Recompiling stale cache file {file}<<.ji for module>> {name}.\nERROR: "
            "LoadError: "
            "<<unlink: no such file or directory (ENOENT)>>\n in recompile_stale at loading.jl:461",
            "Julia 0.4", "https://github.com/JuliaLang/julia/issues/14118"}},
      .words = {"EEXIST in mkpath of several Julia ranks", "Julia ranks race while precompiling"},
      .links = {"https://github.com/JuliaLang/julia/issues/33422",
                "https://github.com/JuliaLang/julia/issues/36848",
                "https://github.com/JuliaParallel/MPI.jl/issues/398"}};
}

}  // namespace

std::vector<Problem> ucx_problems() {
  return {ucx_signals(),      ucx_sighup(),  ucx_memtype_cache(), ucx_patch_wait(),
          cuda_allocations(), crash_trace(), julia_precompile()};
}

}  // namespace known
