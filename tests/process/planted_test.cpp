// SPDX-License-Identifier: BSD-3-Clause
// What others left where the library writes: it is not followed, not waited for, and the program
// runs on.
#include <sys/stat.h>
#include <unistd.h>

#include "support/catch.hpp"
#include "support/prefix.hpp"
#include "support/text.hpp"

namespace {

using namespace std::chrono_literals;
using tests::Folder;
using tests::Shim;
namespace fs = std::filesystem;

/// MPI_Init on MPICH 4.2.3 with UCX, and what was said.
std::string start(const fs::path& report) {
  auto program = tests::build_of("4.2.3").guest("bench_spawn", {"0"}, Shim::with);
  program.environment["SIDESTEP_REPORT"] = report.string();
  const auto verdict = run(program, 240s);
  CHECK(verdict.end == runner::End::works);
  return verdict.output;
}

}  // namespace

TEST_CASE("a program whose report cannot be written says so once, and runs", "[planted]") {
  const Folder folder;
  const auto report = folder.path() / "report";
  const auto refused = [&](const std::string& why) {
    CHECK(start(report) ==
          "sidestep: SIDESTEP_REPORT=" + report.string() + " is not written to: " + why + "\n");
    fs::remove_all(report);
  };
  const auto target = folder.write("target", "");
  fs::create_symlink(target, report);
  refused("it is a link");
  CHECK(fs::file_size(target) == 0);
  fs::create_symlink(folder.path() / "nothing", report);
  refused("it is a link");
  CHECK_FALSE(fs::exists(folder.path() / "nothing"));
  REQUIRE(!mkfifo(report.c_str(), 0600));
  refused("it is no regular file");
  fs::create_directory(report);
  refused("it is no regular file");
  if (geteuid() == 0) {
    folder.write("report", "");
    REQUIRE(!chown(report.c_str(), 65534, 65534));
    refused("it is another user's");
  }
  CHECK(start(report).empty());
  CHECK(fs::file_size(report) > 0);
  CHECK((fs::status(report).permissions() & fs::perms::all) ==
        (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("a library preloaded by a relative path takes nothing from where the program went",
          "[planted]") {
  const tests::Prefix prefix;
  auto program = prefix.with(tests::build_of("4.2.3").python(
      {"-c",
       tests::lines({"import os, runpy, sys", "os.chdir(sys.argv[1])", "guest = sys.argv.pop()",
                     "sys.argv.pop()", "runpy.run_path(guest, run_name='__main__')"}),
       prefix.folder.path() / "planted", tests::guests() / "spawn.py"},
      Shim::with));
  const auto library = fs::relative(*program.environment["LD_PRELOAD"], prefix.folder.path());
  program.environment["LD_PRELOAD"] = library;
  program.directory = prefix.folder.path();
  const auto planted = [&](const fs::path& file, const std::string& text) {
    prefix.folder.write(("planted" / file).string(), text, true);
  };
  planted(library.parent_path() / "folder", "");
  planted("prefix/libexec/sidestep/sidestep-relay",
          "#!/bin/sh\ntouch " + (prefix.folder.path() / "run").string() + "\n");
  planted("prefix/etc/sidestep.conf", "SIDESTEP_VERBOSE=1\n");
  const auto verdict = run(program, 240s);
  INFO(verdict.output);
  CHECK(describe(verdict) == "works");
  CHECK(has(verdict.output, "sum 2\n"));
  CHECK_FALSE(fs::exists(prefix.folder.path() / "run"));
  CHECK_FALSE(has(verdict.output, "sidestep: spawn-"));
  CHECK(count(verdict.output, "sidestep: ") == 1);
  CHECK(has(verdict.output,
            "sidestep: LD_PRELOAD named " + library.string() + ", no absolute path: "));
}
