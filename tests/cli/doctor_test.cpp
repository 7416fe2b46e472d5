// SPDX-License-Identifier: BSD-3-Clause
// doctor, of a program.
#include "cli/doctor.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "support/catch.hpp"
#include "support/text.hpp"
#include "ucx/ucx_builds.hpp"

using cli_test::doctor;
using cli_test::environment_of;
using cli_test::guest;
using cli_test::outcomes_of;
using cli_test::sidestep;
using nlohmann::json;
using tests::build_of;
using tests::Folder;

TEST_CASE("doctor reports each issue of a program at its MPI_Init, and ends it there", "[doctor]") {
  const auto build = build_of("4.3.1");
  const auto said = doctor({guest("call_spawn"), "some"}, environment_of(build), 0);
  REQUIRE(said["processes"].size() == 1);
  const auto& process = said["processes"].at(0);
  CHECK(process["program"] == "call_spawn");
  CHECK(process["mpi"]["version"] == "MPICH 4.3.1");
  CHECK(std::string(process["mpi"]["path"]).starts_with(build.prefix.string()));
  CHECK(process["singleton"] == true);
  auto outcomes = outcomes_of(process);
  std::set<std::string> ids;
  for (const auto& [id, outcome] : outcomes) ids.insert(id);
  const auto all = cli_test::remedy_ids();
  CHECK(ids == std::set<std::string>(all.begin(), all.end()));
  CHECK(outcomes["spawn-placeholder"] == "applied");
  CHECK(outcomes["spawn-relay"] == "not needed");
  CHECK(said["hurts"] == false);
  CHECK(said["ended"] == "works");
}

TEST_CASE("doctor: each setting, and where it stands", "[doctor]") {
  const Folder folder;
  auto environment = environment_of(build_of("4.2.3"));
  environment["SIDESTEP_CONFIG"] = folder.write(
      "site", "[program call_*]\nSIDESTEP_SKIP=spawn-stdin\n[program other]\nSIDESTEP_VERBOSE=1\n");
  environment["SIDESTEP_SKIP"] = "spawn-session";
  const auto said = doctor({guest("call_spawn"), "some"}, environment, 1);
  const auto& process = said["processes"].at(0);
  const auto file = (folder.path() / "site").string();
  CHECK(
      process["settings"] ==
      json::array(
          {{{"name", "SIDESTEP_SKIP"}, {"value", "spawn-stdin"}, {"where", file + ":2"}},
           {{"name", "SIDESTEP_SKIP"}, {"value", "spawn-session"}, {"where", "the environment"}}}));
  CHECK(outcomes_of(process)["spawn-stdin"] == "applied");
  CHECK(outcomes_of(process)["spawn-session"] == "left to the user");
}

TEST_CASE("doctor: what is wrong with the settings, and where", "[doctor]") {
  const Folder folder;
  const auto wrong = [&](const cli_test::Environment& environment) {
    std::vector<std::string> all;
    const auto said = doctor({guest("call_spawn"), "some"}, environment, 1);
    CHECK(said["hurts"] == true);
    for (const auto& issue : said["processes"].at(0)["issues"])
      if (issue["outcome"] == "wrong") all.push_back(issue["why"]);
    return all;
  };
  auto environment = environment_of(build_of("4.2.3"));
  const std::string file = folder.write(
      "site",
      "SIDESTEP_SKIP=ucx-sihgup\nSIDESTEP_VEBROSE=1\n[porgram x]\nSIDESTEP_DISABLE=1\n[all]\n");
  environment["SIDESTEP_CONFIG"] = file;
  environment["SIDESTEP_VERBOSE"] = "maybe";
  environment["PMI_RANK"] = "1";  // every rank's are told
  const auto all = wrong(environment);
  REQUIRE(all.size() == 4);
  CHECK(all[0].starts_with(file + ":2 SIDESTEP_VEBROSE=1 is no setting"));
  CHECK(all[1].starts_with(file + ":3 is no section"));
  CHECK(all[2] == "SIDESTEP_VERBOSE=maybe is neither yes nor no: taken for no");
  CHECK(all[3].starts_with(file + ":1 SIDESTEP_SKIP names no remedy: ucx-sihgup"));
  environment["SIDESTEP_VERBOSE"] = std::nullopt;
  environment["SIDESTEP_CONFIG"] = "/tmp";
  CHECK(wrong(environment) == std::vector<std::string>{"SIDESTEP_CONFIG=/tmp cannot be read"});
  environment["SIDESTEP_VERBOS"] = "1";
  environment["SIDESTEP_ROOT"] = "/opt/sidestep";  // a modulefile's
  CHECK(wrong(environment).back() ==
        "SIDESTEP_VERBOS=1 in the environment is no setting: SIDESTEP_VERBOSE is meant?");
  const auto text = cli_test::doctor_text({guest("call_spawn"), "some"}, environment, 1);
  CHECK(has(text, "✗ SIDESTEP_CONFIG=/tmp cannot be read not understood "));
  CHECK(has(text, ". A setting of sidestep's is not understood. "));
}

TEST_CASE("doctor: versions differ, and so do the outcomes", "[doctor]") {
  const auto old = doctor({guest("call_spawn"), "some"}, environment_of(build_of("4.0.3")), 0);
  CHECK(outcomes_of(old["processes"].at(0))["spawn-relay"] == "applied");
  CHECK(outcomes_of(old["processes"].at(0))["ucx-signals"] == "applied");
  const auto now = doctor({guest("call_spawn"), "some"}, environment_of(build_of("5.0.2")), 0);
  CHECK(outcomes_of(now["processes"].at(0))["spawn-stdin"] == "not needed");
  CHECK(outcomes_of(now["processes"].at(0))["ucx-signals"] == "not needed");
}

TEST_CASE("doctor: each rank under this MPI's own mpiexec", "[doctor]") {
  const auto build = build_of("4.2.3");
  const auto said =
      doctor({"mpiexec", "-n", "2", guest("call_spawn"), "some"}, environment_of(build), 0);
  REQUIRE(said["processes"].size() == 2);
  for (const auto& process : said["processes"]) {
    CHECK(process["singleton"] == false);
    CHECK(process["foreign_launcher"] == "");
    CHECK(outcomes_of(process)["spawn-stdin"] == "not needed");
  }
}

TEST_CASE("doctor: another MPI's launcher makes every rank 0 of 1", "[doctor]") {
  auto environment = environment_of(build_of("4.2.3"));
  environment["OMPI_COMM_WORLD_SIZE"] = "2";
  environment["PMIX_RANK"] = "0";
  const auto said = doctor({guest("call_spawn"), "some"}, environment, 1);
  CHECK(said["processes"].at(0)["foreign_launcher"] == "OMPI_COMM_WORLD_SIZE");
  environment["PMI_FD"] = "99";  // hydra's, inside another launcher's job
  CHECK(doctor({guest("call_spawn"), "some"}, environment, 0)["hurts"] == false);
}

TEST_CASE("doctor: Open MPI's own mpiexec before an MPICH program", "[doctor]") {
  if (!std::filesystem::exists("/usr/bin/mpiexec.openmpi")) return;
  auto environment = environment_of(build_of("4.2.3"));
  environment["OMPI_ALLOW_RUN_AS_ROOT"] = environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1";
  const auto said =
      doctor({"mpiexec.openmpi", "--oversubscribe", "-n", "2", guest("call_spawn"), "some"},
             environment, 1);
  REQUIRE(said["processes"].size() == 2);
  CHECK(said["processes"].at(0)["foreign_launcher"] == "OMPI_COMM_WORLD_SIZE");
}

TEST_CASE("doctor: a remedy that the user skips, and that is needed, is a problem", "[doctor]") {
  auto environment = environment_of(build_of("4.2.3"));
  environment["SIDESTEP_SKIP"] = "spawn-session,spawn-relay";
  const auto said = doctor({guest("call_spawn"), "some"}, environment, 1);
  for (const auto& issue : said["processes"].at(0)["issues"])
    CHECK(issue["hurts"] == (issue["id"] == "spawn-session"));  // 4.2.3 needs no relay
  environment["SIDESTEP_SKIP"] = std::nullopt;
  environment["SIDESTEP_DISABLE"] = "1";
  const auto disabled = doctor({guest("call_spawn"), "some"}, environment, 1);
  CHECK(disabled["hurts"] == true);
  for (const auto& issue : disabled["processes"].at(0)["issues"]) {
    INFO(issue);
    // Where it is not needed, the reason is its own: what is left out changes nothing.
    CHECK((issue["outcome"] == "left to the user") == issue["hurts"]);
    CHECK((issue["why"] == "SIDESTEP_DISABLE is set") == issue["hurts"]);
  }
  const auto text = cli_test::doctor_text({guest("call_spawn")}, environment, 1);
  CHECK(has(text, "sidestep: switched off by SIDESTEP_DISABLE setting: SIDESTEP_DISABLE=1, from "));
  CHECK(has(text, cli_test::symptom_of("spawn-session") + " switched off ✗"));
  CHECK(!has(text, cli_test::symptom_of("spawn-relay")));
  CHECK(
      text.ends_with(" a setting switches off the fix for all of them. → unset SIDESTEP_DISABLE"));
  const auto by_handle = "import ctypes; ctypes.CDLL('" + build_of("4.2.3").libraries +
                         "/libmpi.so.12').MPI_Init(None, None)";
  CHECK(doctor({"python3", "-c", by_handle}, environment, 1)["hurts"] == true);
}

TEST_CASE("doctor: an MPICH with UCX alone has no MPI_Comm_spawn", "[doctor]") {
  const auto builds = tests::ucx_builds();
  const auto is_system = [](const auto& one) { return one.is("system"); };
  const auto build = std::find_if(builds.begin(), builds.end(), is_system);
  if (build == builds.end()) {
    WARN("this system has no MPICH; scripts/setup installs Debian's, which is such a one");
    return;
  }
  const auto said = doctor({guest("call_spawn"), "some"}, environment_of(*build), 1);
  const auto& process = said["processes"].at(0);
  const std::string version = process["mpi"]["version"], why = process["spawn_fails"];
  CHECK(why.starts_with(version + " with UCX alone has no MPI_Comm_spawn: use MPICH 4.3"));
  const auto text = cli_test::doctor_text({guest("call_spawn")}, environment_of(*build), 1);
  const auto colon = why.find(": ");
  CHECK(has(text, "✗ MPI_Comm_spawn fails: " + why.substr(0, colon) + " cannot be fixed → " +
                      why.substr(colon + 2)));
  // What would be of no use then is not promised.
  CHECK(!has(text, cli_test::symptom_of("spawn-stdin")));
  CHECK(has(text, " of no use here"));
}

TEST_CASE("doctor: a libmpi without its mpiexec is looked for in the program's own PATH",
          "[doctor]") {
  const Folder folder;
  const auto build = build_of("4.2.3");
  std::filesystem::create_directories(folder.path() / "lone/lib");
  const auto libmpi = folder.path() / "lone/lib/libmpi.so.12";
  std::filesystem::copy(build.prefix / "lib/libmpi.so.12", libmpi);
  const auto others =
      folder.write("bin/mpiexec", "#!/bin/sh\necho 'mpirun (Open MPI) 9.9.9'\n", true);
  auto environment = environment_of(build);
  environment["LD_LIBRARY_PATH"] =
      libmpi.parent_path().string() + ":" + (build.prefix / "lib/mpich").string();
  const auto launcher_in = [&](const std::filesystem::path& path, int status) {
    const auto said = doctor({"/usr/bin/env", "PATH=" + path.string(), guest("call_spawn"), "some"},
                             environment, status);
    const auto& process = said["processes"].at(0);
    CHECK(process["spawn_fails"] ==
          (status ? "there is no mpiexec for MPICH 4.2.3: put that of MPICH 4.2.3 into PATH" : ""));
    for (const auto& issue : process["issues"])
      if (issue["id"] == "spawn-launcher") {
        CHECK(issue["outcome"] == (status ? "cannot help" : "applied"));
        return std::string(issue["why"]);
      }
    return std::string();
  };
  CHECK(has(launcher_in(others.parent_path(), 1), others.string() + " (a script, no hydra)"));
  const auto bin = build.prefix / "bin";
  CHECK(has(launcher_in(bin, 0), bin.string() + "/mpiexec"));
}

TEST_CASE("doctor: a library opened later, as mpi4py does, is seen", "[doctor]") {
  const auto build = build_of("4.2.3");
  const auto said =
      doctor({build.prefix / "bin/python", "-c", "from mpi4py import MPI; print(1)"}, {}, 0);
  REQUIRE(said["processes"].size() == 1);
  CHECK(said["processes"].at(0)["mpi"]["version"] == "MPICH 4.2.3");
  CHECK(said["output"] == "");
}

TEST_CASE("doctor: a program that never comes to MPI_Init", "[doctor]") {
  const auto text = [](const std::vector<std::string>& command, int status) {
    return cli_test::doctor_text(command, {}, status);
  };
  CHECK(text({"sh", "-c", "echo words; exit 3"}, 1) ==
        "sh sidestep: NOT loaded in this shell ✗ exit 3 before any MPI or UCX started it printed: "
        "words The command failed before an MPI or UCX started: nothing is known of it.");
  CHECK(text({"true"}, 0) ==
        "true sidestep: NOT loaded in this shell it ended (exit 0) before any MPI or UCX started "
        "No MPI and no UCX started: sidestep does nothing here.");
  auto verdict = sidestep({"doctor", "--timeout", "1", "--", "sleep", "1000"});
  CHECK(has(verdict.output, "hangs before any MPI or UCX started\n"));
  CHECK(verdict.end == runner::End::exited);
  verdict = sidestep({"doctor", "--", "no-such-program"});
  CHECK(verdict.output == "sidestep: no-such-program: No such file or directory\n");
  CHECK(verdict.number == 125);
  CHECK(sidestep({"doctor", "--", "cat"}).number == 0);  // its stdin is empty
}

TEST_CASE("doctor: where TMPDIR cannot be written to, it says so", "[doctor]") {
  const Folder folder;
  const auto missing = (folder.path() / "missing").string();
  const auto file = folder.write("file", "").string();
  for (const auto& where : {missing, file}) {
    const auto verdict = sidestep({"doctor", "--", "true"}, {{"TMPDIR", where}});
    CHECK(verdict.output == "sidestep: no folder can be made in " + where +
                                ": set TMPDIR to one that can be written to\n");
    CHECK(verdict.number == 125);
  }
}

TEST_CASE("doctor: a static program loads no preload, and it says so", "[doctor]") {
  const Folder folder;
  const auto program = (folder.path() / "program").string();
  const auto source = folder.write("program.c", "int main(void) { return 0; }\n");
  const auto built =
      runner::run({{"gcc", "-static", source, "-o", program}}, std::chrono::seconds(240));
  if (built.end != runner::End::works) {
    WARN("there is no static libc here: " << built.output);
    return;
  }
  const std::string why = program + " is linked statically: no loader reads LD_PRELOAD for it";
  CHECK(has(cli_test::doctor_text({program}, {}, 0), " before any MPI or UCX started " + why));
  const std::vector<std::string> launched = {"env", program, guest("libcrash_when_loaded.so")};
  CHECK(doctor(launched, {}, 0)["not_loaded"] == json::array({why}));
}

TEST_CASE("doctor: a set-user-id program loads no preload, and it says so", "[doctor]") {
  if (geteuid()) {
    WARN("only root can make one that is another user's");
    return;
  }
  const Folder folder;
  const auto program = (folder.path() / "true").string();
  std::filesystem::copy("/bin/true", program);
  CHECK(doctor({program}, {}, 0)["not_loaded"] == json::array());
  REQUIRE(chown(program.c_str(), 65534, 65534) == 0);
  REQUIRE(chmod(program.c_str(), 04755) == 0);
  REQUIRE(chmod(folder.path().c_str(), 0755) == 0);
  CHECK(has(cli_test::doctor_text({program}, {}, 0),
            " before any MPI or UCX started " + program +
                " is set-user-id: the loader ignores LD_PRELOAD "));
}

TEST_CASE("doctor: a program linked with musl cannot load glibc's preload", "[doctor]") {
  const auto program = guest("on_musl");
  if (!std::filesystem::exists(program)) {
    WARN("there is no musl-gcc here; scripts/setup installs it");
    return;
  }
  CHECK(has(cli_test::doctor_text({program}, {}, 1), "✗ its libc is musl. sidestep is a library "));
}
