// SPDX-License-Identifier: BSD-3-Clause
// sidestep-relay, spoken to by hand: it serves its singleton's protocol and nothing else.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "programs/processes.hpp"
#include "relay/fake_singleton.hpp"
#include "relay/visitor.hpp"
#include "support/builds.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"

using tests::FakeSingleton;

namespace {

const std::string everything = "spawn-stdin,spawn-session,spawn-launcher,spawn-relay,spawn-refuse";

/// No launcher anywhere: the relay answers alone.
std::vector<std::string> alone() {
  return {"--library", "/nonexistent/lib/libmpi.so.12", "--version", "MPICH 4.0.3", "--remedies",
          everything};
}

/// A real hydra, old or new.
std::vector<std::string> with_hydra(const std::string& build) {
  for (const auto& one : tests::all_builds()) {
    const bool old = build < "4.1";
    if (one.is(build))
      return {
          "--library",  one.libraries + "/libmpi.so.12",
          "--version",  "MPICH " + build,
          "--remedies", old ? everything : "spawn-stdin,spawn-session,spawn-launcher,spawn-refuse"};
  }
  throw std::runtime_error("no build " + build);
}

/// What the relay says when a singleton sends this after its greeting; its end is waited for.
std::string said_of(FakeSingleton& singleton, const std::string& bytes) {
  REQUIRE(!singleton.greet().empty());
  singleton.send(bytes);
  while (singleton.line()) {
  }
  CHECK(singleton.end() == 1);
  return singleton.said();
}

std::string spawn_of(const std::string& program, const std::string& argument = "x") {
  return "mcmd=spawn\nnprocs=1\nexecname=" + program +
         "\ntotspawns=1\nspawnssofar=1\narg1=" + argument +
         "\nargcnt=1\npreput_num=0\ninfo_num=0\nendcmd\n";
}

/// The second process of the relay, which answers.
pid_t server_of(const FakeSingleton& singleton) {
  const auto relay = std::to_string(singleton.relay());
  std::ifstream children("/proc/" + relay + "/task/" + relay + "/children");
  for (pid_t child; children >> child;)
    if (has(programs::describe_process(child), " sidestep-relay ")) return child;
  throw std::runtime_error("the relay is one process");
}

/// Whether all of these end within a generous time.
bool end_soon(const std::vector<pid_t>& processes) {
  const auto lives = [&] {
    return std::any_of(processes.begin(), processes.end(), programs::is_alive);
  };
  for (int i = 0; i < 2000 && lives(); ++i) usleep(10000);
  return !lives();
}

/// The hydra that serves it, and a script around that.
std::vector<pid_t> launchers_of(const FakeSingleton& singleton) {
  auto all = programs::descendants(singleton.relay());
  std::erase_if(all, [](pid_t one) { return !programs::command_name(one).starts_with("mpiexec"); });
  return all;
}

long peak_memory_kb(pid_t process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string word; status >> word;)
    if (long kb; word == "VmHWM:" && status >> kb) return kb;
  return -1;
}

}  // namespace

TEST_CASE("without a launcher a singleton is a world of one", "[relay]") {
  FakeSingleton singleton(alone(), "/nonexistent");
  CHECK(singleton.greet().size() < 20);
  CHECK(singleton.ask("cmd=init pmi_version=1 pmi_subversion=1\n")
            .starts_with("cmd=response_to_init "));
  CHECK(has(singleton.ask("cmd=get_maxes\n"), "kvsname_max=256"));
  CHECK(singleton.ask("cmd=put kvsname=a key=b value=c\n").starts_with("cmd=put_result rc=0"));
  CHECK(singleton.ask("cmd=get_universe_size\n") == "cmd=universe_size rc=0 size=1\n");
  CHECK(singleton.ask(spawn_of("true")).starts_with("cmd=spawn_result rc=-1"));
  CHECK(singleton.ask(spawn_of("true")).starts_with("cmd=spawn_result rc=-1"));
  CHECK(singleton.ask("cmd=finalize\n").starts_with("cmd=finalize_ack rc=0"));
  singleton.close();
  CHECK(singleton.end() == 1);
  CHECK(
      has(singleton.said(),
          "there is no mpiexec for MPICH 4.0.3; looked at: bin/mpiexec beside /nonexistent/lib/"));
  // At each spawn it is looked for anew.
  CHECK(std::count(singleton.said().begin(), singleton.said().end(), '\n') == 3);
}

TEST_CASE("what is not a singleton's protocol is refused with one line", "[relay]") {
  // Without hydra, and between a singleton and an old hydra.
  for (const auto& [options, first] : {std::pair(alone(), 1), std::pair(with_hydra("4.0.3"), 0)}) {
    const auto refused = [&, lines = first + 1](const std::string& bytes, const std::string& why) {
      FakeSingleton singleton(options, "/nonexistent");
      const auto said = said_of(singleton, bytes);
      INFO(said);
      CHECK(has(said, why));
      CHECK(std::count(said.begin(), said.end(), '\n') == lines);
      CHECK(programs::descendants(getpid()).empty());
    };
    refused("cmd=put " + std::string(70000, 'x') + "\n", "a line of more than 64 KiB");
    refused("hello\n", "a line that is not PMI");
    refused("\n", "a line that is not PMI");
    refused("cmd=\n", "a line that is not PMI");
    refused("cmd=reboot\n", "an unknown command, reboot");
    refused("mcmd=reboot\nendcmd\n", "a multi-line command other than spawn");
    refused("cmd=singinit authtype=none\n", "an unknown command, singinit");
  }
}

TEST_CASE("a spawn that PMI cannot carry is an error, and the next one works", "[relay]") {
  for (const std::string build : {"4.0.3", "4.2.3"}) {
    FakeSingleton singleton(with_hydra(build), "/usr/bin:/bin");
    REQUIRE(!singleton.greet().empty());
    std::string many;
    for (int i = 0; i < 40; ++i) many += "arg1=" + std::string(60000, 'y') + "\n";
    for (const auto& arguments : {"arg1=" + std::string(66000, 'x') + "\n", many})
      CHECK(singleton.ask("mcmd=spawn\nexecname=true\ntotspawns=1\n" + arguments + "endcmd\n")
                .starts_with("cmd=spawn_result rc=-1"));
    CHECK(singleton.ask(spawn_of("sleep", "30")).starts_with("cmd=spawn_result rc=0"));
    singleton.close();
    singleton.end();
    CHECK(has(singleton.said(), "an argument has more than 64 KiB"));
    CHECK(has(singleton.said(), "more than 1 MiB in all"));
  }
}

TEST_CASE("memory is bounded whatever is sent", "[relay]") {
  FakeSingleton singleton(alone(), "/nonexistent");
  REQUIRE(!singleton.greet().empty());
  const pid_t server = server_of(singleton);
  const auto before = peak_memory_kb(server);
  std::string parts;
  for (int i = 0; i < 2000; ++i)
    parts +=
        "cmd=put kvsname=k key=key" + std::to_string(i) + " value=" + std::string(800, 'v') + "\n";
  for (int round = 0; round < 20; ++round) {
    REQUIRE(singleton.send(parts));  // 33 MB in all
    for (int i = 0; i < 2000; ++i) REQUIRE(singleton.line());
  }
  CHECK(peak_memory_kb(server) - before < 4096);
}

TEST_CASE("an early close ends the relay", "[relay]") {
  for (const auto& options : {alone(), with_hydra("4.0.3"), with_hydra("4.2.3")}) {
    for (const std::string sent : {"", "cmd=put kvsna", "mcmd=spawn\nnprocs=1\n"}) {
      FakeSingleton singleton(options, "/nonexistent");
      REQUIRE(!singleton.greet().empty());
      singleton.send(sent);
      singleton.close();
      CHECK(singleton.end() >= 0);
      INFO(singleton.said());
      CHECK(programs::descendants(getpid()).empty());
    }
    FakeSingleton singleton(options, "/nonexistent");
    REQUIRE(singleton.accept());
    singleton.close();
    CHECK(singleton.end() == 1);
    CHECK(has(singleton.said(), "sidestep-relay ends: the connection was closed\n"));
  }
}

TEST_CASE("a peer that is no singleton is refused", "[relay]") {
  FakeSingleton singleton(alone(), "/nonexistent");
  CHECK(singleton.greet("GET / HTTP/1.0\n").empty());
  CHECK(singleton.end() == 1);
  CHECK(has(singleton.said(), "does not speak a singleton's PMI 1"));
}

TEST_CASE("an old hydra serves a singleton", "[relay]") {
  for (const std::string build : {"3.4.3", "4.0.3"}) {
    FakeSingleton singleton(with_hydra(build), "/usr/bin:/bin");
    const auto kvs = singleton.greet();
    REQUIRE(!kvs.empty());
    // MPICH 3.4 writes it over a buffer of this name's size.
    CHECK(kvs.size() <= ("singinit_kvs_" + std::to_string(getpid()) + "_0").size());
    CHECK(singleton.ask("cmd=init pmi_version=1 pmi_subversion=1\n")
              .starts_with("cmd=response_to_init "));
    CHECK(singleton.ask("cmd=get_my_kvsname\n") == "cmd=my_kvsname rc=0 kvsname=" + kvs + "\n");
    CHECK(singleton.ask("cmd=put kvsname=" + kvs + " key=P0 value=card$x=1\n")
              .starts_with("cmd=put_result rc=0"));
    CHECK(singleton.ask("cmd=get kvsname=" + kvs + " key=P0\n") ==
          "cmd=get_result rc=0 msg=success value=card$x=1\n");
    CHECK(singleton.ask("cmd=get kvsname=foobar key=foobar\n").starts_with("cmd=get_result rc=-1"));
    CHECK(singleton.ask(spawn_of("/nonexistent/program")).starts_with("cmd=spawn_result rc=-1"));
    CHECK(singleton.ask(spawn_of("true", "one\ntwo")).starts_with("cmd=spawn_result rc=-1"));
    CHECK(singleton.ask("cmd=get_universe_size\n").starts_with("cmd=universe_size "));
    CHECK(singleton.ask("cmd=finalize\n").starts_with("cmd=finalize_ack"));
    singleton.close();
    CHECK(singleton.end() == 0);
    CHECK(has(singleton.said(), "there is no program /nonexistent/program"));
    CHECK(has(singleton.said(), "holds a newline"));
  }
}

TEST_CASE("the relay listens nowhere beyond what PMI needs", "[relay]") {
  for (const std::string build : {"4.0.3", "4.2.3"}) {
    FakeSingleton singleton(with_hydra(build), "/usr/bin:/bin");
    REQUIRE(!singleton.greet().empty());
    INFO(build);
    CHECK(tests::listening({singleton.relay(), server_of(singleton)})
              .empty());  // hydra has connected: nothing listens any more
  }
}

TEST_CASE("another user can neither take the launcher's place nor keep it away", "[relay]") {
  if (geteuid() != 0) return;  // only root can play another user
  const auto build = tests::build_of("4.2.3");
  const tests::Folder folder;
  // A site's wrapper around the real hydra, which takes its time.
  const auto wait = (folder.path() / "wait").string();
  folder.write("wait", "");
  folder.write("mpiexec",
               "#!/bin/sh\nwhile [ \"$1\" != --version ] && [ -e " + wait +
                   " ]; do sleep 0.05; done\nexec " + (build.prefix / "bin/mpiexec").string() +
                   " \"$@\"\n",
               true);
  for (const auto visit : tests::all_visits) {
    folder.write("wait", "");
    FakeSingleton singleton(with_hydra("4.2.3"), folder.path().string() + ":/usr/bin:/bin");
    REQUIRE(singleton.accept());
    std::vector<std::string> ports;
    for (int i = 0; i < 24000 && ports.empty(); ++i, usleep(10000))
      ports = tests::listening({singleton.relay()});
    REQUIRE(ports.size() == 1);
    CHECK(ports[0].starts_with("0100007F:"));  // 127.0.0.1 alone
    kill(singleton.relay(), SIGSTOP);          // they are there before it looks
    const tests::Visitor visitor(std::stoi(ports[0].substr(9), nullptr, 16), visit);
    kill(singleton.relay(), SIGCONT);
    CHECK(visitor.hears_nothing());
    std::filesystem::remove(wait);
    CHECK(!singleton.greet().empty());
    CHECK(singleton.ask("cmd=get_universe_size\n").starts_with("cmd=universe_size "));
    singleton.ask("cmd=finalize\n");
    singleton.close();
    CHECK(singleton.end() >= 0);
    const auto said = singleton.said();
    INFO(said);
    CHECK(has(said, "refused what connected in the launcher's place: it "));
    CHECK(std::count(said.begin(), said.end(), '\n') == 1);
  }
}

TEST_CASE("a relay that is killed takes hydra with it", "[relay]") {
  for (const std::string build : {"3.4.3", "4.2.3", "5.0.2"}) {
    FakeSingleton singleton(with_hydra(build), "/usr/bin:/bin");
    REQUIRE(!singleton.greet().empty());
    const auto started = programs::descendants(singleton.relay());
    CHECK(started.size() >= 2);
    kill(singleton.relay(), SIGKILL);
    // Its second process goes on to answer.
    CHECK(singleton.ask("cmd=get_universe_size\n").starts_with("cmd=universe_size "));
    singleton.close();
    CHECK(singleton.end() == 128 + SIGKILL);
    INFO(build);
    CHECK(end_soon(started));
  }
}

TEST_CASE("after hydra's end the next spawn has a new one, which knows what was published",
          "[relay]") {
  for (const std::string build : {"3.4.3", "4.2.3", "5.0.2"}) {
    auto options = with_hydra(build);
    options.push_back("--prompt");
    FakeSingleton singleton(options, "/usr/bin:/bin");
    const auto kvs = singleton.greet();
    REQUIRE(!kvs.empty());
    INFO(build);
    const bool old = build < "4.1";
    std::vector<pid_t> started;
    const auto note_started = [&](pid_t root) {
      for (const pid_t one : programs::descendants(root)) started.push_back(one);
    };
    singleton.ask("cmd=init pmi_version=1 pmi_subversion=1\n");
    CHECK(singleton.ask("cmd=put kvsname=" + kvs + " key=P0 value=card$x=1\n")
              .starts_with("cmd=put_result rc=0"));
    CHECK(
        singleton.ask("cmd=publish_name service=s port=here\n").starts_with("cmd=publish_result "));
    for (const int times : {1, 2}) {
      note_started(singleton.relay());
      for (const pid_t one : launchers_of(singleton)) kill(one, SIGKILL);
      INFO(times);
      CHECK(singleton.ask(spawn_of("sleep", "30")).starts_with("cmd=spawn_result rc=0"));
      CHECK(has(singleton.ask("cmd=lookup_name service=s\n"), "port=here"));
      CHECK(has(singleton.ask("cmd=get kvsname=" + kvs + " key=P0\n"),
                old ? "value=card$x=1" : "cmd=get_result "));
      CHECK(has(singleton.ask("cmd=get_my_kvsname\n"), "kvsname=" + kvs + "\n"));
    }
    note_started(singleton.relay());
    const auto launchers = launchers_of(singleton);
    const pid_t successor = server_of(singleton);
    kill(singleton.relay(), SIGKILL);  // hydra ends with it; its second process takes its place
    while (std::any_of(launchers.begin(), launchers.end(), programs::is_alive)) usleep(10000);
    CHECK(singleton.ask(spawn_of("sleep", "30")).starts_with("cmd=spawn_result rc=0"));
    CHECK(has(singleton.ask("cmd=lookup_name service=s\n"), "port=here"));
    note_started(successor);
    singleton.close();
    singleton.end();
    INFO(singleton.said());
    CHECK_FALSE(has(singleton.said(), "MPI_Comm_spawn fails"));
    CHECK(end_soon(started));
  }
}
