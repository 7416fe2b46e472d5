// SPDX-License-Identifier: BSD-3-Clause
#include "programs/launcher.hpp"

#include <signal.h>
#include <unistd.h>

#include <filesystem>

#include "programs/executables.hpp"
#include "programs/processes.hpp"
#include "programs/start.hpp"
#include "relay/placement.hpp"
#include "relay/spawn_request.hpp"
#include "support/builds.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"
#include "support/variable.hpp"

using tests::Folder;

namespace {

/// A script that says of itself what a hydra of this version says.
std::string hydra(const std::string& version) {
  return "#!/bin/sh\necho 'HYDRA build details:'\necho '    Version:                               "
         "  " +
         version + "'\n";
}

std::string spawn(const std::string& name, const std::string& info = "info_num=0\n") {
  return "mcmd=spawn\nnprocs=1\nexecname=" + name +
         "\ntotspawns=1\nspawnssofar=1\narg1=a b\nargcnt=1\npreput_num=0\n" + info + "endcmd\n";
}

std::string info(const std::string& key, const std::string& value) {
  return "info_num=1\ninfo_key_0=" + key + "\ninfo_val_0=" + value + "\n";
}

}  // namespace

TEST_CASE("versions are read out of what programs say", "[launcher]") {
  CHECK(programs::find_version("MPICH 4.2.3") == programs::Version{4, 2, 3});
  CHECK(programs::find_version("    Version:      5.0\n") == programs::Version{5, 0, 0});
  CHECK(programs::find_version("a 4 b 3.4.3rc1") == programs::Version{3, 4, 3});
  CHECK_FALSE(programs::find_version("none"));
  // No int holds it.
  CHECK(programs::find_version("4.99999999999") == programs::Version{4, 999999999, 0});
  CHECK(programs::Version{4, 0, 3} < programs::Version{4, 1, 0});
  CHECK_FALSE(programs::knows_pmi_args({4, 0, 3}));
  CHECK(programs::knows_pmi_args({4, 1, 0}));
}

TEST_CASE("the launcher beside libmpi comes before any in PATH", "[launcher]") {
  Folder folder;
  folder.write("mpi/lib/libmpi.so.12", "");
  const auto own = folder.write("mpi/bin/mpiexec.hydra", hydra("4.2.3"), true);
  folder.write("other/mpiexec", "#!/bin/sh\necho 'mpiexec (OpenRTE) 4.1.4'\n", true);
  const Variable path("PATH", (folder.path() / "other").string() + ":/usr/bin:/bin");
  const auto search =
      programs::find_launcher(folder.path() / "mpi/lib/libmpi.so.12", "MPICH 4.2.3");
  REQUIRE(search.found);
  CHECK(search.found->path == own);
  REQUIRE(search.looked_at.size() == 1);
  CHECK(has(search.looked_at[0], "other/mpiexec (a script, no hydra)"));
}

TEST_CASE("a site's own script around the right hydra is preferred", "[launcher]") {
  Folder folder;
  folder.write("mpi/lib/libmpi.so.12", "");
  folder.write("mpi/bin/mpiexec.hydra", hydra("4.2.3"), true);
  const auto script = folder.write("site/mpiexec", hydra("4.2.3"), true);
  const Variable path("PATH", (folder.path() / "site").string() + ":/usr/bin:/bin");
  const auto library = folder.path() / "mpi/lib/libmpi.so.12";
  CHECK(programs::find_launcher(library, "MPICH 4.2.3").found->path == script);
  CHECK(programs::find_launcher(library, "MPICH 4.1.3").found->path != script);
}

TEST_CASE("without one beside libmpi, the nearest hydra in PATH serves", "[launcher]") {
  Folder folder;
  folder.write("a/mpiexec", hydra("4.1.0"), true);
  folder.write("b/mpiexec.hydra", hydra("4.2.1"), true);
  folder.write("c/mpiexec.mpich", hydra("4.0.2"), true);
  const auto at = [&](const char* name) { return (folder.path() / name).string(); };
  const Variable path("PATH", at("a") + ":" + at("b") + ":" + at("c"));
  CHECK(programs::find_launcher("/nonexistent/lib/libmpi.so", "MPICH 4.2.3").found->path ==
        at("b/mpiexec.hydra"));
  CHECK(programs::find_launcher("/nonexistent/lib/libmpi.so", "MPICH 5.0.2").found->path ==
        at("a/mpiexec"));
  CHECK(programs::find_launcher("/nonexistent/lib/libmpi.so", "MPICH 4.0.3").found->path ==
        at("c/mpiexec.mpich"));
  CHECK_FALSE(programs::find_launcher("/nonexistent/lib/libmpi.so", "MPICH 3.4.3").found);
}

TEST_CASE("a launcher that another user could have written is not run", "[launcher]") {
  Folder folder;
  folder.write("mpi/lib/libmpi.so.12", "");
  const auto mark = folder.path() / "mark";
  const auto marking = hydra("4.2.3") + "touch " + mark.string() + "\n";
  const auto open_to_all = [&](const std::string& name) {
    const auto file = folder.write(name, marking, true);
    std::filesystem::permissions(file, std::filesystem::perms::others_write,
                                 std::filesystem::perm_options::add);
    return file.string() + " (" + file.string() + " can be written to by other users)";
  };
  const auto beside = open_to_all("mpi/bin/mpiexec.hydra"), script = open_to_all("site/mpiexec");
  const auto right = folder.write("right/mpiexec", hydra("4.2.3"), true);
  const auto library = folder.path() / "mpi/lib/libmpi.so.12";
  const auto at = [&](const char* name) { return (folder.path() / name).string(); };
  {
    const Variable path("PATH", at("site") + ":" + at("right"));
    const auto search = programs::find_launcher(library, "MPICH 4.2.3");
    REQUIRE(search.found);
    CHECK(search.found->path == right);
    CHECK(search.looked_at[0] == beside);
    CHECK(search.looked_at[1] == script);
  }
  const Variable path("PATH", at("site"));
  CHECK_FALSE(programs::find_launcher(library, "MPICH 4.2.3").found);
  CHECK_FALSE(std::filesystem::exists(mark));
}

TEST_CASE("a launcher that never answers --version is not waited for", "[launcher]") {
  Folder folder;
  const auto slow = folder.write("mpiexec", "#!/bin/sh\nsleep 1000\n", true);
  CHECK_FALSE(programs::ask_version(slow));
  CHECK_FALSE(programs::ask_version("/nonexistent"));
}

TEST_CASE("a program that cannot be run says nothing", "[launcher]") {
  using namespace std::chrono_literals;
  const Folder folder;
  const auto text = folder.write("text", "no program").string();
  for (const auto& file :
       {text, folder.path().string(), std::string("/nonexistent"), std::string()})
    CHECK(programs::output_of({file}, 60s) == "");
  CHECK(programs::output_of({"/bin/echo", "words"}, 60s) == "words\n");
}

TEST_CASE("a process lives while one of its threads does", "[launcher]") {
  using namespace std::chrono_literals;
  const std::string code =
      tests::lines({"import ctypes, threading, time",
                    "threading.Thread(target=lambda: time.sleep(1000)).start()",
                    "print('ready', flush=True)", "ctypes.CDLL(None).pthread_exit(None)"});
  runner::Conversation talk({{"python3", "-c", code}});
  REQUIRE(talk.expect("ready", 60s));
  const auto status = "/proc/" + std::to_string(talk.pid()) + "/status";
  const auto is_zombie = [&] { return has(tests::contents(status), "State:\tZ"); };
  for (int i = 0; i < 6000 && !is_zombie(); ++i) talk.pause(10ms);
  REQUIRE(is_zombie());
  CHECK(programs::is_alive(talk.pid()));
  talk.signal(SIGKILL);
  talk.finish(60s);
  CHECK_FALSE(programs::is_alive(talk.pid()));
}

TEST_CASE("in an allocation the hosts are scontrol's, and none where it cannot be run",
          "[launcher]") {
  const Folder folder;
  folder.write("srun", "#!/bin/sh\n", true);
  const Variable path("PATH", folder.path()), job("SLURM_JOB_ID", "1");
  const programs::Launcher hydra{"mpiexec", {4, 2, 3}, ""};
  CHECK(relay::placement_for(hydra).key == "");
  folder.write("scontrol", "#!/bin/sh\necho node1\necho node2\n", true);
  CHECK(relay::placement_for(hydra).key == "host");
  CHECK(relay::placement_for(hydra).value == "node1,node2");
  if (geteuid() == 0) {  // an account's Slurm
    for (const char* name : {"srun", "scontrol"})
      REQUIRE(!chown((folder.path() / name).c_str(), 4711, 4711));
    CHECK(relay::placement_for(hydra).key == "host");
    REQUIRE(!chown((folder.path() / "srun").c_str(), 0, 0));
    CHECK(relay::placement_for(hydra).key == "");
    REQUIRE(!chown((folder.path() / "scontrol").c_str(), 0, 0));
  }
  std::filesystem::permissions(folder.path() / "scontrol", std::filesystem::perms::others_write,
                               std::filesystem::perm_options::add);
  CHECK(relay::placement_for(hydra).key == "");  // another user could have written it
}

TEST_CASE("an empty element of PATH is the current folder", "[launcher]") {
  const Folder here, elsewhere;
  here.write("mpiexec", hydra("4.2.3"), true);
  here.write("program", "#!/bin/sh\n", true);
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(here.path());
  const auto other = elsewhere.path().string();
  for (const std::string& path : {":" + other, other + "::" + other, other + ":", std::string()}) {
    INFO(path);
    const Variable variable("PATH", path);
    CHECK(programs::first_in_path("mpiexec") == "./mpiexec");
    CHECK_FALSE(relay::cannot_run(spawn("program")));
    // For hydra it is the folder that it has changed to.
    CHECK(relay::cannot_run(spawn("program", info("wdir", other))));
  }
  std::filesystem::current_path(elsewhere.path());
  const Variable variable("PATH", other + ":");
  CHECK_FALSE(relay::cannot_run(spawn("program", info("wdir", here.path()))));
  CHECK(programs::first_in_path("mpiexec") == "");
  std::filesystem::current_path(before);
}

TEST_CASE("a spawn that hydra could not run is known before", "[launcher]") {
  Folder folder;
  folder.write("program", "#!/bin/sh\n", true);
  folder.write("text", "no program");
  const auto here = folder.path().string();
  CHECK_FALSE(relay::cannot_run(spawn(here + "/program")));
  CHECK_FALSE(relay::cannot_run(spawn("sh")));
  CHECK_FALSE(relay::cannot_run(spawn("program", info("path", here))));
  CHECK_FALSE(relay::cannot_run(spawn("./program", info("wdir", here))));
  CHECK_FALSE(relay::cannot_run(spawn("nowhere", info("host", "node7"))));
  CHECK(relay::cannot_run(spawn(here + "/missing")));
  CHECK(relay::cannot_run(spawn(here + "/text")));
  CHECK(relay::cannot_run(spawn(here)));
  CHECK(relay::cannot_run(spawn("no-such-program")));
}

TEST_CASE("a spawn that PMI cannot carry is known before", "[launcher]") {
  const auto spawn = [](const std::string& argument, const std::string& count = "1") {
    return "mcmd=spawn\nexecname=sh\n" + argument + "argcnt=" + count + "\nendcmd\n";
  };
  CHECK_FALSE(relay::cannot_carry(spawn("arg1=a b\n"), "MPICH 4.2.3"));
  CHECK(relay::cannot_carry(spawn("arg1=one\ntwo\n"), "MPICH 4.2.3"));
  CHECK(relay::cannot_carry(spawn("arg1=one\ntwo\n"), "MPICH 4.0.3"));
  CHECK(relay::cannot_carry(spawn("arg1=\n"), "MPICH 4.2.3"));
  CHECK_FALSE(relay::cannot_carry(spawn("arg1=\n"), "MPICH 4.0.3"));
  // hydra's buffer: of all that is spawned, or of each program.
  const auto half = spawn("arg1=" + std::string(40'000, 'x') + "\n"),
             whole = spawn("arg1=" + std::string(65'600, 'x') + "\n");
  for (const std::string version : {"MPICH 4.0.3", "MPICH 4.2.3"}) {
    CHECK_FALSE(relay::cannot_carry(half, version));
    CHECK(relay::cannot_carry(whole, version));
    CHECK(relay::cannot_carry(half + half, version).has_value() == (version == "MPICH 4.2.3"));
  }
  CHECK(relay::cannot_carry(spawn("", "1"), "MPICH 4.0.3"));  // libmpi left out a long one
}
