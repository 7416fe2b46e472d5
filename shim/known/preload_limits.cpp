// SPDX-License-Identifier: BSD-3-Clause
#include "known/preload_limits.hpp"

namespace known {
namespace {

Problem not_found() {
  return {
      .id = "preload-missing",
      .symptom = "ld.so says that libsidestep.so cannot be preloaded: the program runs without it",
      .versions = "every Linux",
      .cause = "LD_PRELOAD names a file that is not there: on another host, or inside a container.",
      .acts =
          "Install sidestep at the same path there, or bind it into the container. Use `sidestep "
          "run`, which finds its own library.",
      .command = "apptainer exec --bind PREFIX IMAGE PREFIX/bin/sidestep run PROGRAM",
      .cost = {},
      .messages = {{"ERROR: ld.so: object '{file}<<libsidestep.so' from LD_PRELOAD cannot be "
                    "preloaded>> (cannot open shared object file): ignored.",
                    "glibc 2.14 and newer", "preload-missing"}},
      .words = {"LD_PRELOAD in a container"},
      .links = {"https://github.com/comorment/containers/issues/2"},
      .fixable = false};
}

Problem other_class() {
  return {
      .id = "preload-32-bit",
      .symptom =
          "ld.so prints \"wrong ELF class\" for each 32-bit program: they run without sidestep",
      .versions = "32-bit programs on 64-bit Linux",
      .cause = "A 32-bit program cannot load a 64-bit library.",
      .acts =
          "It does no harm. To be rid of the line, set LD_PRELOAD for the programs that need it "
          "only: by `sidestep run`.",
      .command = "sidestep run PROGRAM",
      .cost = {},
      .messages =
          {{"ERROR: ld.so: object '{file}<<libsidestep.so' from LD_PRELOAD cannot be preloaded "
            "(wrong ELF class>>: {name}): ignored.",
            "glibc 2.14 and newer", "preload-32-bit"}},
      .words = {},
      .links = {"https://github.com/rofl0r/proxychains-ng/issues/36"},
      .fixable = false};
}

Problem privileged() {
  return {
      .id = "preload-setuid",
      .symptom = "sidestep is not loaded into a program, and nothing says so",
      .versions = "programs with setuid, setgid or capabilities; static programs; sudo",
      .cause =
          "The loader ignores LD_PRELOAD for a privileged program. A static program has no "
          "loader. sudo removes LD_PRELOAD from the environment.",
      .acts =
          "Use a build without privileges, dynamically linked. Behind sudo, call sidestep there.",
      .command = "sudo sidestep run PROGRAM",
      .cost = {},
      .messages = {},
      .words = {"LD_PRELOAD is ignored", "SIDESTEP_VERBOSE prints nothing",
                "LD_PRELOAD does not work with sudo"},
      .links = {"https://man7.org/linux/man-pages/man8/ld.so.8.html"},
      .fixable = false};
}

}  // namespace

std::vector<Problem> preload_limits() { return {not_found(), other_class(), privileged()}; }

}  // namespace known
