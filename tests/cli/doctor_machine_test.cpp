// SPDX-License-Identifier: BSD-3-Clause
// doctor, of the machine.
#include "cli/doctor.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"

using cli_test::environment_of;
using cli_test::guest;
using cli_test::outcomes_of;
using cli_test::sidestep;
using nlohmann::json;
using tests::build_of;
using tests::Folder;

namespace {

const json& fact(const json& machine, const std::string& name) {
  for (const auto& one : machine["machine"])
    if (one["name"] == name) return one;
  throw std::runtime_error("no " + name + " in " + machine.dump());
}

}  // namespace

TEST_CASE("doctor of the machine: mpiexec and libmpi of one build belong together", "[doctor]") {
  const auto build = build_of("4.2.3");
  const auto verdict = sidestep({"doctor", "--json"}, environment_of(build));
  const auto said = json::parse(verdict.output);
  INFO(verdict.output);
  CHECK(fact(said, "mpiexec")["value"] == "MPICH 4.2.3");
  CHECK(fact(said, "libmpi")["value"] == "MPICH 4.2.3");
  CHECK(fact(said, "libmpi")["remark"] == "belongs to mpiexec");
  CHECK(fact(said, "UCX")["value"] == "1.18.1");
  for (const char* name : {"ucx.conf", "UCX_ variables", "CUDA driver", "CUDA runtime", "Julia",
                           "container", "CMA", "/dev/shm"})
    CHECK(!std::string(fact(said, name)["value"]).empty());
  CHECK(outcomes_of(said["processes"].at(0))["spawn-stdin"] == "applied");
  CHECK(verdict.number == (said["hurts"] ? 1 : 0));
}

TEST_CASE("doctor of the machine: an mpiexec to which no libmpi belongs", "[doctor]") {
  const Folder folder;
  folder.write("bin/mpiexec", "#!/bin/sh\necho 'mpirun (Open MPI) 9.9.9'\n", true);
  auto environment = environment_of(build_of("4.2.3"));
  environment["PATH"] = (folder.path() / "bin").string() + ":/usr/bin:/bin";
  const auto verdict = sidestep({"doctor", "--json"}, environment);
  const auto said = json::parse(verdict.output);
  CHECK(fact(said, "mpiexec")["value"] == "Open MPI 9.9.9");
  CHECK(fact(said, "mpiexec")["hurts"] == true);
  CHECK(fact(said, "libmpi")["remark"] == "does not belong to mpiexec");
  CHECK(verdict.number == 1);
}

TEST_CASE("doctor of the machine: a broken library affects no other", "[doctor]") {
  const Folder folder;
  folder.write("libcuda.so.1", "no library");
  std::filesystem::copy(guest("libcrash_when_loaded.so"), folder.path() / "libcudart.so.13");
  auto environment = environment_of(build_of("4.2.3"));
  environment["LD_LIBRARY_PATH"] = folder.path().string() + ":" + *environment["LD_LIBRARY_PATH"];
  const auto verdict = sidestep({"doctor", "--json"}, environment);
  INFO(verdict.output);
  const auto said = json::parse(verdict.output);
  CHECK(fact(said, "CUDA driver")["value"] == "broken");
  CHECK(fact(said, "CUDA driver")["hurts"] == true);
  CHECK(fact(said, "CUDA runtime")["value"] == "broken");
  CHECK(fact(said, "CUDA runtime")["remark"] ==
        "libcudart.so.13: killed by SIGSEGV when it is loaded");
  CHECK(fact(said, "libmpi")["value"] == "MPICH 4.2.3");
  CHECK(verdict.number == 1);
}

TEST_CASE("doctor of the machine, as text: aligned, with a mark for each problem", "[doctor]") {
  auto environment = environment_of(build_of("4.2.3"));
  environment["UCX_TLS"] = "tcp";
  const auto text = sidestep({"doctor"}, environment).output;
  INFO(text);
  CHECK(has(text, "\n  libmpi          MPICH 4.2.3 "));
  CHECK(has(text, "\n  spawn-session       mended           MPICH 4.2.3: "));
  CHECK(has(text, "UCX_ variables  UCX_TLS=tcp\n"));
}
