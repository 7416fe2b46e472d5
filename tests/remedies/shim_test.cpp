// The shim's own pieces, called with no preload.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "support/catch.hpp"
#include "programs/preload.hpp"
#include "support/builds.hpp"
#include "process/report_file.hpp"
#include "process/settings.hpp"
#include "base/elf.hpp"
#include "remedies/julia/julia_precompile.hpp"
#include "remedies/remedy.hpp"
#include "remedies/spawn/plan.hpp"
#include "remedies/ucx/advice.hpp"
#include "remedies/ucx/bypass.hpp"
#include "support/text.hpp"
#include "support/variable.hpp"

using remedies::Result;

namespace {

real::Mpi mpich(const char* version) {
  real::Mpi mpi;
  real::parse_version(
      (std::string("MPICH Version:      ") + version + "\nMPICH Release date: x\n").c_str(), mpi);
  return mpi;
}

Result result(const remedies::Remedy& remedy, const char* version, bool singleton = true) {
  const auto mpi = mpich(version);
  return remedy.decide({mpi, singleton}).result;
}

std::string contents(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("a text is cut, never overrun", "[shim]") {
  Text<8> text;
  text << "ab" << -12L << "xyz-and-more";
  CHECK(text.c_str() == std::string("ab-12xy"));
  CHECK(text.size() == 7);
  CHECK(text.cut());
  CHECK(Text<32>().empty());
  CHECK((Text<32>() << 0L).c_str() == std::string("0"));
  CHECK((Text<32>() << (-9223372036854775807L - 1)).c_str() == std::string("-9223372036854775808"));
}

TEST_CASE("who edits lines on another terminal than its own is no prompt", "[shim]") {
  const int master = posix_openpt(O_RDWR | O_NOCTTY);
  REQUIRE(!grantpt(master));
  REQUIRE(!unlockpt(master));
  const int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
  const termios raw = {};
  for (const int terminal : {master, slave}) {
    errno = 7;
    remedies::spawn::terminal_modes(terminal, &raw);
    CHECK(errno == 7);
    CHECK_FALSE(remedies::spawn::edits_lines());
  }
  close(slave);
  close(master);
}

TEST_CASE("lists of remedies", "[shim]") {
  CHECK(settings::names("a,b", "b"));
  CHECK(settings::names("spawn-relay", "spawn-relay"));
  CHECK_FALSE(settings::names("spawn-relay2", "spawn-relay"));
  CHECK_FALSE(settings::names("", "spawn-relay"));
  CHECK_FALSE(settings::names(",,", ""));
}

TEST_CASE("versions as the libraries say them", "[shim]") {
  const auto mpi = mpich("4.3.1");
  CHECK(mpi.version == std::string("MPICH 4.3.1"));
  CHECK(mpi.major == 4);
  CHECK(mpi.minor == 3);
  CHECK(mpi.patch == 1);
  CHECK(mpi.before(4, 3, 2));
  CHECK_FALSE(mpi.before(4, 3, 1));
  CHECK(mpich("4.2.0b1").patch == 0);
  CHECK(mpich("3.4").minor == 4);
  real::Mpi other;
  CHECK(real::parse_version("Intel(R) MPI Library 2021.18 for Linux* OS\n", other));
  CHECK(other.family == real::Mpi::Family::intel);
  CHECK_FALSE(real::parse_version("Open MPI v4.1.4, package: Debian OpenMPI\n", other));
  CHECK(other.family == real::Mpi::Family::other);
  real::Mpi empty;
  CHECK_FALSE(real::parse_version("", empty));
  CHECK(mpich("99999999999999999999.1").major >= 0);
}

TEST_CASE("an MPICH over UCX alone has no spawn before 4.3", "[shim]") {
  const auto spawns = [](const std::string& version, const std::string& device) {
    real::Mpi mpi;
    real::parse_version(
        ("MPICH Version:\t" + version + "\nMPICH Device:\t" + device + "\nMPICH CC:\tgcc\n")
            .c_str(),
        mpi);
    return !mpi.no_spawn;
  };
  CHECK_FALSE(spawns("4.0.2", "ch4:ucx"));
  CHECK(spawns("4.3.0", "ch4:ucx"));
  CHECK(spawns("4.0.3", "ch4:ofi ucx"));
  CHECK(spawns("3.4.3", "ch3:nemesis"));
  CHECK_FALSE(mpich("4.0.2").no_spawn);
}

TEST_CASE("each remedy knows its versions", "[shim]") {
  using namespace remedies;
  CHECK(result(spawn_stdin, "4.2.3") == Result::applied);
  CHECK(result(spawn_stdin, "4.3.1") == Result::applied);
  CHECK(result(spawn_stdin, "4.3.2") == Result::not_needed);
  CHECK(result(spawn_stdin, "5.0.2") == Result::not_needed);
  CHECK(result(spawn_session, "5.0.2") == Result::applied);
  CHECK(result(spawn_placeholder, "4.2.3") == Result::not_needed);
  CHECK(result(spawn_placeholder, "4.3.0") == Result::applied);
  CHECK(result(spawn_placeholder, "4.3.1") == Result::applied);
  CHECK(result(spawn_placeholder, "4.3.2") == Result::not_needed);
  CHECK(result(spawn_relay, "3.4.3") == Result::applied);
  CHECK(result(spawn_relay, "4.0.3") == Result::applied);
  CHECK(result(spawn_relay, "4.1.0") == Result::not_needed);
  for (const auto* remedy : all)
    if (std::string(remedy->id).starts_with("spawn-"))
      CHECK(result(*remedy, "4.0.3", false) == Result::not_needed);
  real::Mpi open;
  real::parse_version("Open MPI v4.1.4", open);
  for (const auto* remedy : all)
    if (std::string(remedy->id).starts_with("spawn-"))
      CHECK(remedy->decide({open, true}).result == Result::not_needed);
}

TEST_CASE("every remedy says what a user needs", "[shim]") {
  for (const auto* remedy : remedies::all) {
    INFO(remedy->id);
    CHECK(!has(std::string(remedy->id), "_"));
    for (const char* text : {remedy->symptom, remedy->versions, remedy->acts, remedy->links})
      CHECK(std::string(text).size() > 8);
    CHECK(std::string(remedy->links).starts_with("https://"));
  }
}

TEST_CASE("a report is one line of JSON in a file of one's own", "[shim]") {
  preload::Folder folder;
  const auto file = folder.path() / "report";
  const auto entry = report::entry("spawn-relay", "applied", "a \"quote\", a \\ and a\nnewline",
                                   "MPICH 4.0.3", 42);
  CHECK_FALSE(report::append(file.c_str(), entry));
  CHECK_FALSE(report::append(file.c_str(), entry));
  const auto text = contents(file);
  CHECK(has(text, R"("why":"a \"quote\", a \\ and a\u000anewline","mpi":"MPICH 4.0.3","pid":42)"));
  CHECK(std::count(text.begin(), text.end(), '\n') == 2);
  struct stat status;
  REQUIRE(!stat(file.c_str(), &status));
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("a report is written to no link, fifo, folder or other user's file", "[shim]") {
  preload::Folder folder;
  const auto entry = report::entry("a", "b", "c", "d", 1);
  const auto at = [&](const char* name) { return folder.path() / name; };
  const auto why = [&](const char* name) {
    return std::string(report::append(at(name).c_str(), entry));
  };
  folder.write("target", "");
  std::filesystem::create_symlink("target", at("link"));
  CHECK(why("link") == "it is a link");
  std::filesystem::create_hard_link(at("target"), at("hard"));
  CHECK(why("hard") == "it is linked to another name");
  CHECK(contents(at("target")).empty());
  REQUIRE(!mkfifo(at("fifo").c_str(), 0600));
  CHECK(why("fifo") == "it is no regular file");
  // Somebody reads there, so that it could be opened.
  const int reader = open(at("fifo").c_str(), O_RDONLY | O_NONBLOCK);
  CHECK(why("fifo") == "it is no regular file");
  close(reader);
  CHECK(why("") == "it is no regular file");
  CHECK(why("none/report") == "its folder is not there");
  if (geteuid() != 0) return;  // only root can play another user
  folder.write("other", "");
  REQUIRE(!chown(at("other").c_str(), 65534, 65534));
  CHECK(why("other") == "it is another user's");
  CHECK(contents(at("other")).empty());
}

TEST_CASE("LD_PRELOAD keeps what was there", "[shim]") {
  using cli::with_library;
  CHECK(with_library("", "/p/libsidestep.so") == "/p/libsidestep.so");
  CHECK(with_library("liba.so:/b/libb.so", "/p/libsidestep.so") ==
        "/p/libsidestep.so:liba.so:/b/libb.so");
  CHECK(with_library("liba.so libb.so", "/p/libsidestep.so") ==
        "/p/libsidestep.so:liba.so:libb.so");
  CHECK(with_library("/old/libsidestep.so:liba.so", "/p/libsidestep.so") ==
        "/p/libsidestep.so:liba.so");
  CHECK(with_library("/x/libasan.so.8:liba.so", "/p/libsidestep.so") ==
        "/x/libasan.so.8:/p/libsidestep.so:liba.so");
}

namespace {

/// What UCX is told where this stands in the ucx.conf of UCX_CONFIG_DIR.
std::string told_with(const std::string& conf, int which) {
  const preload::Folder folder;
  folder.write("ucx.conf", conf);
  const auto path = folder.path().string();
  const Variable here("UCX_CONFIG_DIR", path.c_str());
  const char* value =
      remedies::ucx::told(remedies::ucx::all_advice[which], remedies::ucx::User(nullptr));
  return value ? value : "nothing";
}

}  // namespace

TEST_CASE("a library's own tables tell what it defines", "[shim]") {
  static const int here = 0;  // the program itself is loaded first
  CHECK(real::definition_after(&here, "getpid") == reinterpret_cast<void*>(&getpid));
  CHECK(real::definition_after(reinterpret_cast<void*>(&getpid), "getpid") == nullptr);
  CHECK(real::definition_after(&here, "no such function") == nullptr);
  void* found[2] = {};
  CHECK(real::definitions("getpid", found, 2) == 1);
  CHECK(found[0] == reinterpret_cast<void*>(&getpid));
  CHECK(real::definitions("no such function", found, 2) == 0);
  CHECK(real::definitions("getpid", found, 0) == 0);
}

TEST_CASE("a ucx.conf that never ends is none", "[shim]") {
  const preload::Folder folder;
  std::filesystem::create_symlink("/dev/zero", folder.path() / "ucx.conf");
  const Variable here("UCX_CONFIG_DIR", folder.path().c_str());
  CHECK(remedies::ucx::told(remedies::ucx::all_advice[3], remedies::ucx::User(nullptr)) ==
        std::string("n"));
}

TEST_CASE("UCX is told what the user did not set", "[shim]") {
  constexpr int errors = 0, signals = 1, debug = 2, cache = 3;
  CHECK(told_with("", errors) == "");
  CHECK(told_with("", signals) == "nothing");
  CHECK(told_with("", debug) == "0");
  CHECK(told_with("", cache) == "n");
  CHECK(told_with("UCX_TLS=tcp\n[cpu: Intel]\nUCX_MEMTYPE_CACHE = y", cache) == "nothing");
  CHECK(told_with("  UCX_MEMTYPE_CACHE: try ; why\n", cache) == "nothing");
  CHECK(told_with("#UCX_MEMTYPE_CACHE=y\n;UCX_MEMTYPE_CACHE=y\nUCX_MEMTYPE_CACHE_=y\n", cache) ==
        "n");
  CHECK(told_with("XUCX_MEMTYPE_CACHE=y\nUCX_MEMTYPE_CACHE\n=y\n", cache) == "n");
  CHECK(told_with(std::string(100000, 'x') + "\nUCX_DEBUG_SIGNO=SIGUSR1\n", debug) == "nothing");
  CHECK(told_with("UCX_ERROR_SIGNALS=SIGILL\n", errors) == "nothing");
  // The same for every version: none before 1.11 is told as an empty list.
  CHECK(told_with("UCX_HANDLE_ERRORS=none\n", errors) == "");
  CHECK(told_with("UCX_HANDLE_ERRORS=bt\n", errors) == "nothing");
  CHECK(!has(told_with("UCX_HANDLE_ERRORS=bt\n", signals), "SIGSEGV"));
  const Variable own("UCX_DEBUG_SIGNO", "SIGUSR2");
  CHECK(told_with("", debug) == "nothing");
}

TEST_CASE("what we put into the environment is not the user's", "[shim]") {
  const Variable marker("SIDESTEP_UCX_SET", "UCX_HANDLE_ERRORS=;UCX_DEBUG_SIGNO=0");
  CHECK(remedies::ucx::set_by_us("UCX_HANDLE_ERRORS", ""));
  CHECK(remedies::ucx::set_by_us("UCX_DEBUG_SIGNO", "0"));
  CHECK_FALSE(remedies::ucx::set_by_us("UCX_HANDLE_ERRORS", "bt"));
  CHECK_FALSE(remedies::ucx::set_by_us("UCX_DEBUG_SIGNO", "01"));
  CHECK_FALSE(remedies::ucx::set_by_us("UCX_MEMTYPE_CACHE", "n"));
  CHECK_FALSE(remedies::ucx::set_by_us("UCX", ""));
}

TEST_CASE("UCX's remedies know its versions", "[shim]") {
  using namespace remedies;
  const auto decide = [](const Remedy& remedy, int major, int minor) {
    const real::Mpi mpi;
    real::Ucx ucx;
    ucx.major = major, ucx.minor = minor;
    return remedy.decide({mpi, true, &ucx}).result;
  };
  CHECK(decide(ucx_signals, 1, 10) == Result::applied);
  CHECK(decide(ucx_signals, 1, 19) == Result::applied);
  CHECK(decide(ucx_signals, 1, 20) == Result::not_needed);
  CHECK(decide(ucx_signals, 2, 0) == Result::not_needed);
  CHECK(decide(ucx_signals, 0, 0) == Result::applied);  // libucs alone does not say
  CHECK(decide(ucx_sighup, 1, 22) == Result::applied);
  CHECK(decide(crash_trace, 1, 22) == Result::not_needed);
  for (const auto* remedy : {&ucx_signals, &ucx_sighup, &ucx_memtype_cache, &crash_trace})
    CHECK(result(*remedy, "4.2.3") == Result::not_needed);  // no UCX
}

TEST_CASE("where no Julia is loaded, a failure is a failure", "[shim]") {
  preload::Folder folder;
  const auto cache = folder.path() / "compiled/v1.5/Package";
  std::filesystem::create_directories(cache);
  errno = EEXIST;
  CHECK_FALSE(remedies::julia::made_already(cache.c_str()));
  CHECK(errno == EEXIST);
  errno = ENOENT;
  CHECK_FALSE(remedies::julia::removed_already((cache / "file.ji").c_str()));
  CHECK(errno == ENOENT);
  CHECK(result(remedies::julia_precompile, "4.2.3") == Result::not_needed);
}
