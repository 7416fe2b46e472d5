// SPDX-License-Identifier: BSD-3-Clause
#include "known/mpi_limits.hpp"

namespace known {
namespace {

Problem container_memory() {
  return {.id = "container-cma",
          .symptom = "ranks in a container fail to read each other's memory",
          .versions =
              "Open MPI 3.0 and newer, UCX 1.5 and newer, in a container or with ptrace_scope 1",
          .cause =
              "Ranks on one machine copy large messages by process_vm_readv. The container forbids "
              "that call.",
          .acts =
              "Allow the call (Docker: --cap-add=SYS_PTRACE), or use another way: with UCX "
              "UCX_TLS=^cma, with Open MPI OMPI_MCA_btl_vader_single_copy_mechanism=none.",
          .command = "docker run --cap-add=SYS_PTRACE IMAGE",
          .cost = {},
          .messages = {{"<<Read -1, expected {N}, errno =1>>", "Open MPI 3.0, 3.1",
                        "https://github.com/open-mpi/ompi/issues/4948"},
                       {"CMA <<read -1, expected {N}, errno = 1>>", "Open MPI 5.0",
                        "https://github.com/open-mpi/ompi/pull/10694"}},
          .words = {"CMA is not permitted in Docker", "process_vm_readv Operation not permitted"},
          .links = {"https://github.com/openucx/ucx/issues/8958",
                    "https://github.com/open-mpi/ompi/issues/4948"},
          .fixable = false};
}

Problem container_links() {
  return {
      .id = "container-proc",
      .symptom = "UCX cannot open /proc/PID/fd of another rank in a container",
      .versions =
          "UCX 1.6 and newer, in a user namespace (Apptainer without setuid, rootless Podman)",
      .cause =
          "UCX opens the shared memory of another rank by /proc. Each rank is in a namespace of "
          "its own, which must not.",
      .acts = "Set UCX_POSIX_USE_PROC_LINK=n: UCX then opens the memory by its name.",
      .command = "export UCX_POSIX_USE_PROC_LINK=n",
      .cost = {},
      .messages = {{"[{time}] [{host}:{pid}:{N}]  mm_posix.c:{line}  UCX  ERROR "
                    "<<open(file_name=/proc/{pid}"
                    "/fd/{N} flags={N}) failed>>: No such file or directory",
                    "UCX 1.10", "https://github.com/apptainer/apptainer/issues/769"},
                   {"[{time}] [{host}:{pid}:{N}]  mm_posix.c:195  UCX  ERROR "
                    "<<open(file_name=/proc/{pid}/fd/"
                    "{N} flags={N}) failed>>: Permission denied",
                    "UCX 1.10", "https://github.com/openucx/ucx/pull/4511"}},
      .words = {"mm ep failed to connect to remote FIFO"},
      .links = {"https://github.com/openucx/ucx/issues/4224"},
      .fixable = false};
}

Problem small_shared_memory() {
  return {.id = "shm-small",
          .symptom = "ranks in a container die of SIGBUS",
          .versions = "every MPI and UCX, where /dev/shm is small: Docker gives 64 MiB",
          .cause = "Ranks share memory in /dev/shm. It is full.",
          .acts = "Give the container more.",
          .command = "docker run --shm-size=1g IMAGE",
          .cost = {},
          .messages =
              {{"[{host}:{pid} :{N}:{tid}] <<Caught signal 7 (Bus error: nonexistent physical "
                "address)>>",
                "UCX", "https://github.com/msr-fiddle/pipedream/issues/76"},
               {"UCX  ERROR   <<Not enough memory to write total of {N} bytes. Please check that "
                "/dev/shm>> or the directory you specified has more available memory.",
                "UCX", "https://github.com/NVIDIA/cudf/issues/22233"}},
          .words = {"/dev/shm is too small"},
          .links = {"https://github.com/pmodels/mpich/issues/7321"},
          .fixable = false};
}

Problem two_ucx() {
  return {
      .id = "two-ucx",
      .symptom = "the program was built with one UCX and loads another",
      .versions = "every UCX",
      .cause = "LD_LIBRARY_PATH, a module or a wheel puts another UCX first.",
      .acts =
          "Load the UCX that the MPI was built with. `sidestep doctor` says which UCX is loaded, "
          "and from where.",
      .command = "sidestep doctor -- PROGRAM",
      .cost = {},
      .messages =
          {{"<<UCP version is incompatible>>, required: {version}, actual: {version}",
            "UCX up to 1.12", "two-ucx-1.10.0"},
           {"[{time}] [{host}:{pid}:{N}]  ucp_context.c:{line} UCX  WARN  <<UCP API version is "
            "incompatible>>: required >= {version}, actual {version} (loaded from {file})",
            "UCX 1.13 and newer", "https://github.com/ai-dynamo/nixl/issues/386"},
           {"<<symbol lookup error>>: {file}: <<undefined symbol: ucs_>>topo_sys_device_bdf_name",
            "every UCX", "https://github.com/openucx/ucx/issues/7232"},
           {"UCX  ERROR <<address version mismatch: expected>> {N}, actual {N}", "UCX 1.8, 1.9",
            "https://github.com/openucx/ucx/issues/6675"}},
      .words = {"two versions of UCX"},
      .links = {"https://github.com/openucx/ucx/issues/7232",
                "https://github.com/openucx/ucx/issues/6675"},
      .fixable = false};
}

Problem efa_fork() {
  return {
      .id = "efa-fork",
      .symptom = "libfabric's EFA provider ends the job when the program starts another",
      .versions = "libfabric on Amazon EC2",
      .cause = "Memory that is registered with the network card is not safe after fork().",
      .acts = "Set FI_EFA_FORK_SAFE=1, or RDMAV_FORK_SAFE=1 with an older libfabric.",
      .command = "export FI_EFA_FORK_SAFE=1 RDMAV_FORK_SAFE=1",
      .cost = {},
      .messages =
          {{"A process has executed an operation involving a call\nto the fork() system call to "
            "create a child process.\n\nAs a result, the <<libfabric EFA provider is operating>> "
            "in\na condition that could result in memory corruption or\nother system errors.",
            "libfabric 1.11 and newer", "https://github.com/jeffhammond/mukautuva/issues/3"}},
      .words = {},
      .links = {"https://github.com/ofiwg/libfabric/issues/6332"},
      .fixable = false};
}

Problem open_mpi_moved() {
  return {.id = "ompi-prefix",
          .symptom = "Open MPI cannot find its own files",
          .versions = "Open MPI that was moved or copied after it was installed",
          .cause = "Open MPI knows the path that it was installed to. Its files are elsewhere now.",
          .acts = "Set OPAL_PREFIX to where it is. With 5.0 also PMIX_PREFIX and PRTE_PREFIX.",
          .command = "export OPAL_PREFIX=/path/of/openmpi",
          .cost = {},
          .messages =
              {{"Sorry!  <<You were supposed to get help about>>:\n    "
                "opal_init:startup:internal-failure\n<<But I couldn't open the help file>>:\n    "
                "{file}: No such file or directory.  Sorry!",
                "every Open MPI", "https://github.com/conda-archive/conda-recipes/issues/377",
                "Some releases of Open MPI 5.0 lack help files where nothing was moved: the path "
                "in the message is then right."}},
          .words = {},
          .links = {"https://github.com/open-mpi/ompi/issues/12988"},
          .fixable = false};
}

Problem open_mpi_slots() {
  return {.id = "ompi-slots",
          .symptom = "mpirun refuses to start more ranks than the machine has cores",
          .versions = "every Open MPI",
          .cause = "Open MPI counts a core as one slot, and starts one rank in each.",
          .acts = "Ask for fewer ranks, or allow more than one on a core.",
          .command = "mpirun --oversubscribe -n N PROGRAM",
          .cost = {},
          .messages = {{"There are <<not enough slots available in the system to satisfy the "
                        "{N}\nslots>> that were requested by the application:",
                        "every Open MPI", "ompi-slots-4.1.4"},
                       {"<<All nodes which are allocated for this job are already filled>>.",
                        "Open MPI 3, 5.0", "https://github.com/open-mpi/ompi/issues/11371"}},
          .words = {},
          .links = {"https://github.com/open-mpi/ompi/issues/10641"},
          .fixable = false};
}

Problem foreign_launcher() {
  return {.id = "foreign-launcher",
          .symptom = "every rank says that it is rank 0 of 1",
          .versions = "every MPI",
          .cause =
              "mpiexec, mpirun or srun is not that of the MPI that the program is linked with. No "
              "rank knows of the others.",
          .acts = "Start the program by its own MPI's mpiexec: sidestep-mpiexec finds it.",
          .command = "sidestep-mpiexec -n N PROGRAM",
          .cost = {},
          .messages =
              {{"sidestep: <<every rank is 0 of 1: the launcher>>, which set {name}, is not that "
                "of {name}",
                "sidestep", "foreign-launcher-4.2.3"}},
          .words = {"every rank is 0 of 1", "all processes have rank 0", "mpi4py size is always 1"},
          .links = {"https://github.com/mpi4py/mpi4py/issues/280",
                    "https://github.com/mpi4py/mpi4py/issues/428"},
          .fixable = false};
}

Problem open_mpi_signals() {
  return {
      .id = "ompi-signals",
      .symptom = "Open MPI's own signal handler hangs after a crash in malloc or free",
      .versions = "every Open MPI",
      .cause =
          "The program has damaged its heap. Open MPI's handler allocates memory to print a "
          "backtrace, and waits for a lock that the crashed call holds.",
      .acts =
          "Set OMPI_MCA_opal_signal to nothing: the program then dies at once. Find the damage "
          "with valgrind or AddressSanitizer.",
      .command = "export OMPI_MCA_opal_signal=",
      .cost = {},
      .messages = {{"free(): <<double free detected in tcache 2\n[{host}:{pid}] *** Process "
                    "received signal>> ***",
                    "Open MPI", "ompi-signals-4.1.4"},
                   {"<<free(): invalid pointer\n[{host}:{pid}] *** Process received signal>> ***",
                    "Open MPI", "ompi-signals-pointer-4.1.4"}},
      .words = {"Open MPI hangs after a crash", "OMPI_MCA_opal_signal"},
      .links = {"https://github.com/open-mpi/ompi/issues/1312",
                "https://github.com/argumentcomputer/ix/pull/506"},
      .fixable = false};
}

Problem mpich_hostname() {
  return {.id = "mpich-hostname",
          .symptom = "MPI_Init fails because the machine's own name is not known to it",
          .versions = "MPICH 3, Intel MPI, with TCP; hydra",
          .cause =
              "The machine's name is in neither /etc/hosts nor DNS: often a laptop in another "
              "network, or a CI runner.",
          .acts = "Add the name to /etc/hosts, or set MPICH_INTERFACE_HOSTNAME=localhost.",
          .command = "echo \"127.0.0.1 $(hostname)\" | sudo tee -a /etc/hosts",
          .cost = {},
          .messages =
              {{"MPID_nem_tcp_init({N}).............: <<gethostbyname failed, {host} (errno>> {N})",
                "MPICH 3.2, 3.3", "https://github.com/pmodels/mpich/issues/4710"},
               {"[unset]: <<Unable to get host entry for>> {host}", "MPICH 4.1 and newer",
                "https://github.com/pmodels/mpich/issues/6621"},
               {"[mpiexec@{host}] HYDU_sock_is_local ({file}:{line}): <<gethostbyname error on>> "
                "{host}: Unknown host",
                "MPICH 3.1", "https://github.com/pmodels/mpich/issues/2213"}},
          .words = {},
          .links = {"https://github.com/pmodels/mpich/issues/4710"},
          .fixable = false};
}

Problem cuda_pool() {
  return {
      .id = "cuda-pool",
      .symptom = "CUDA memory of a pool cannot be shared between ranks",
      .versions =
          "CUDA-aware Open MPI and UCX, with CUDA.jl, CuPy or another that allocates from pools",
      .cause = "Memory of a stream-ordered pool has no IPC handle of the old kind.",
      .acts = "Let the program allocate without a pool: JULIA_CUDA_MEMORY_POOL=none for CUDA.jl.",
      .command = "export JULIA_CUDA_MEMORY_POOL=none",
      .cost = {},
      .messages = {{"<<The call to cuIpcGetMemHandle failed>>. This means the GPU RDMA protocol\n"
                    "cannot be used.",
                    "Open MPI 3, 4", "https://github.com/JuliaGPU/CUDA.jl/issues/1398"}},
      .words = {"CUDA-aware MPI fails with CUDA.jl"},
      .links = {"https://github.com/JuliaGPU/CUDA.jl/issues/1398",
                "https://github.com/JuliaParallel/MPI.jl/pull/537"},
      .fixable = false};
}

Problem julia_packages() {
  return {
      .id = "julia-pkg",
      .symptom = "Julia processes that install packages at once fail",
      .versions = "every Julia",
      .cause = "Pkg writes packages and registries into a depot that other processes write to.",
      .acts = "Install and precompile once, before the ranks start.",
      .command = "julia --project -e 'using Pkg; Pkg.instantiate(); Pkg.precompile()'",
      .cost = {},
      .messages =
          {{"GitError(<<Code:ELOCKED, Class:Index, the index is locked>>; this might be due to a "
            "concurrent or crashed process)",
            "Julia 1.6 and newer", "https://github.com/JuliaPackaging/Yggdrasil/issues/3242"},
           {"GitError(<<Code:ERROR, Class:OS, could not open '{file}/packages/{file}' for writing: "
            "Permission denied>>)",
            "Julia 1.9 to 1.12", "https://github.com/JuliaLang/Pkg.jl/issues/4668"}},
      .words = {"Pkg.instantiate on several ranks"},
      .links = {"https://github.com/JuliaLang/Pkg.jl/issues/4668"},
      .fixable = false};
}

Problem spawn_unsupported() {
  return {.id = "spawn-unsupported",
          .symptom = "MPI_Comm_spawn is an error at once, under mpiexec too",
          .versions = "MPICH 4.0 to 4.2 built with UCX alone (ch4:ucx): Debian 12's and 13's",
          .cause = "This build has no dynamic processes.",
          .acts = "Use another MPICH: that of PyPI has them.",
          .command = "pip install -U mpich mpi4py",
          .cost = {},
          .messages = {},
          .words = {"MPID_Comm_spawn_multiple: Error in spawn call",
                    "MPI_Comm_spawn is an error with Debian's MPICH"},
          .links = {"https://github.com/pmodels/mpich/issues/6335"},
          .fixable = false};
}

}  // namespace

std::vector<Problem> mpi_limits() {
  return {foreign_launcher(),    spawn_unsupported(), container_memory(), container_links(),
          small_shared_memory(), two_ucx(),           efa_fork(),         cuda_pool(),
          julia_packages(),      open_mpi_moved(),    open_mpi_slots(),   open_mpi_signals(),
          mpich_hostname()};
}

}  // namespace known
