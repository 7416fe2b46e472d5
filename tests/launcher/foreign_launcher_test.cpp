// SPDX-License-Identifier: BSD-3-Clause
// Ranks that another MPI's launcher started: each would be rank 0 of 1, and nobody tells.
#include "support/builds.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"

namespace {

using namespace std::chrono_literals;
using tests::Shim;

/// How often it is said, by a program that calls MPI_Init and MPI_Finalize.
std::size_t said(runner::Program program,
                 const std::map<std::string, std::string>& environment = {}) {
  for (const auto& [name, value] : environment) program.environment[name] = value;
  const auto verdict = run(program, 60s);
  INFO(verdict.output);
  CHECK(verdict.end == runner::End::works);
  return count(verdict.output, "sidestep: every rank is 0 of 1: the launcher, which set ");
}

}  // namespace

TEST_CASE("rank 0 says that each rank would be 0 of 1", "[settings]") {
  const auto program = tests::build_of("4.2.3").guest("bench_spawn", {"0"}, Shim::with);
  CHECK(said(program) == 0);
  std::map<std::string, std::string> job = {
      {"OMPI_COMM_WORLD_SIZE", "2"}, {"OMPI_COMM_WORLD_RANK", "0"}, {"PMIX_RANK", "0"}};
  CHECK(said(program, job) == 1);
  job["SIDESTEP_DISABLE"] = "1";
  CHECK(said(program, job) == 0);
  job.erase("SIDESTEP_DISABLE");
  job["OMPI_COMM_WORLD_SIZE"] = "1";
  CHECK(said(program, job) == 0);
  job["OMPI_COMM_WORLD_SIZE"] = "2";
  job["OMPI_COMM_WORLD_RANK"] = job["PMIX_RANK"] = "1";
  CHECK(said(program, job) == 0);
}

TEST_CASE("rank 0 says that srun speaks no PMI", "[settings]") {
  const auto program = tests::build_of("4.2.3").guest("bench_spawn", {"0"}, Shim::with);
  std::map<std::string, std::string> step = {{"SLURM_STEP_NUM_TASKS", "2"}, {"SLURM_PROCID", "0"}};
  CHECK(said(program, step) == 1);
  step["SLURM_PROCID"] = "1";
  CHECK(said(program, step) == 0);
  step = {{"SLURM_STEP_NUM_TASKS", "1"}, {"SLURM_PROCID", "0"}};  // srun --pty bash
  CHECK(said(program, step) == 0);
}

TEST_CASE("Open MPI's mpiexec before an MPICH program, and MPICH's own", "[settings]") {
  auto program = tests::build_of("4.2.3").guest("bench_spawn", {"0"}, Shim::with);
  const auto launch = [&](std::vector<std::string> words) {
    auto launched = program;
    launched.argv.insert(launched.argv.begin(), words.begin(), words.end());
    return said(launched);
  };
  CHECK(launch({"mpiexec", "-n", "2"}) == 0);
  if (!std::filesystem::exists("/usr/bin/mpiexec.openmpi")) return;
  CHECK(launch({"/usr/bin/mpiexec.openmpi", "--allow-run-as-root", "--oversubscribe", "-x",
                "LD_PRELOAD", "-n", "2"}) == 1);
}
