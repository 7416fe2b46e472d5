// SPDX-License-Identifier: BSD-3-Clause
// A site's settings: etc/sidestep.conf beside the library, and the file of SIDESTEP_CONFIG.
#include <sys/stat.h>

#include "support/catch.hpp"
#include "support/prefix.hpp"
#include "support/text.hpp"

namespace {

using namespace std::chrono_literals;
using tests::Shim;

struct Prefix : tests::Prefix {
  /// MPI_Init on MPICH 4.2.3, and what was said.
  std::string start(const std::map<std::string, std::string>& environment) const {
    auto program = with(tests::build_of("4.2.3").guest("bench_spawn", {"0"}, Shim::with));
    for (const auto& [name, value] : environment) program.environment[name] = value;
    const auto verdict = run(program, 60s);
    CHECK(verdict.end == runner::End::works);
    return verdict.output;
  }
};

constexpr const char* left = "sidestep: ucx-sighup: left to the user (SIDESTEP_SKIP names it)\n";
constexpr const char* applied = "sidestep: ucx-sighup: applied";

}  // namespace

TEST_CASE("the environment wins over SIDESTEP_CONFIG, and that over the prefix's conf",
          "[settings]") {
  const Prefix prefix;
  CHECK(!has(prefix.start({}), "sidestep:"));
  prefix.folder.write("prefix/etc/sidestep.conf",
                      "SIDESTEP_VERBOSE=1\n[program bench_*]\nSIDESTEP_SKIP=ucx-sighup\n");
  CHECK(has(prefix.start({}), left));
  CHECK(has(prefix.start({{"SIDESTEP_SKIP", "spawn-stdin"}}), applied));
  CHECK_FALSE(has(prefix.start({{"SIDESTEP_VERBOSE", "0"}}), "sidestep:"));
  CHECK_FALSE(has(prefix.start({{"SIDESTEP_DISABLE", "1"}}), "sidestep:"));
  const auto own = prefix.folder.write("own", "SIDESTEP_SKIP=\n");
  CHECK(has(prefix.start({{"SIDESTEP_CONFIG", own}}), applied));
}

TEST_CASE("a conf file's mistakes are reported once, with their line, and the program runs on",
          "[settings]") {
  const Prefix prefix;
  prefix.folder.write("prefix/etc/sidestep.conf", "SIDESTEP_VERBOS=1\n");
  const auto output = prefix.start({{"SIDESTEP_CONFIG", "/nowhere"}});
  INFO(output);
  const auto at =
      output.find("/../etc/sidestep.conf:1 SIDESTEP_VERBOS=1 is no setting: passed over");
  CHECK(at != std::string::npos);
  CHECK(output.find("is no setting", at + 100) == std::string::npos);
  CHECK(has(output, "sidestep: SIDESTEP_CONFIG=/nowhere cannot be read\n"));
}

TEST_CASE("SIDESTEP_VERBOSE says what switched the library off", "[settings]") {
  const Prefix prefix;
  prefix.folder.write("prefix/etc/sidestep.conf",
                      "SIDESTEP_VERBOSE=1\n[program bench_*]\nSIDESTEP_DISABLE=1\n");
  const auto line = prefix.start({});
  CHECK(line.starts_with("sidestep: switched off by SIDESTEP_DISABLE, from /"));
  CHECK(line.ends_with("/../etc/sidestep.conf:3\n"));
  CHECK(count(line, "\n") == 1);
  const auto report = prefix.folder.path() / "report";
  CHECK(prefix.start({{"SIDESTEP_VERBOSE", "0"}, {"SIDESTEP_REPORT", report}}).empty());
  CHECK(has(tests::contents(report),
            "{\"remedy\":\"all\",\"outcome\":\"left to the user\",\"why\":\"switched off by "
            "SIDESTEP_DISABLE, from /"));
  CHECK(count(tests::contents(report), "\n") == 1);
  // The environment's keeps every file from being read.
  CHECK(prefix.start({{"SIDESTEP_DISABLE", "1"}}).empty());
  CHECK(prefix.start({{"SIDESTEP_DISABLE", "1"}, {"SIDESTEP_VERBOSE", "1"}}) ==
        "sidestep: switched off by SIDESTEP_DISABLE, from the environment\n");
  CHECK(has(prefix.start({{"SIDESTEP_DISABLE", "0"}}), applied));
}

TEST_CASE("a pattern with a / is the program's path, however it was typed", "[settings]") {
  const Prefix prefix;
  auto program = prefix.with(tests::build_of("4.2.3").guest("bench_spawn", {"0"}, Shim::with));
  const auto folder = std::filesystem::canonical(program.argv[0]).parent_path();
  prefix.folder.write("prefix/etc/sidestep.conf",
                      "[program " + folder.string() + "/*]\nSIDESTEP_SKIP=none\n");
  const auto matched = [&] { return has(run(program, 60s).output, "names no remedy: none"); };
  CHECK(matched());
  program.directory = folder;
  program.argv[0] = "./bench_spawn";
  CHECK(matched());
  const auto link = prefix.folder.path() / "link";
  std::filesystem::create_symlink(folder / "bench_spawn", link);
  program.argv[0] = link;
  CHECK(matched());
  const auto copy = prefix.folder.path() / "bench_spawn";
  std::filesystem::copy(folder / "bench_spawn", copy);
  program.argv[0] = copy;
  CHECK_FALSE(matched());
}

TEST_CASE("an unknown remedy in a conf file is reported with its line", "[settings]") {
  const Prefix prefix;
  prefix.folder.write("prefix/etc/sidestep.conf",
                      "SIDESTEP_FORCE=ucx-signals\nSIDESTEP_SKIP=ucx-sighup  # why\n");
  const auto output = prefix.start({});
  INFO(output);
  CHECK(has(output, "/../etc/sidestep.conf:2 SIDESTEP_SKIP names no remedy: ucx-sighup  # why "));
  CHECK(lines_of(output).size() == 1);
  CHECK(has(prefix.start({{"SIDESTEP_SKIP", "none"}}), "sidestep: SIDESTEP_SKIP names no remedy"));
}

TEST_CASE("a prefix's conf that exists and cannot be read is reported", "[settings]") {
  const Prefix prefix;
  const auto conf = prefix.root() / "etc/sidestep.conf";
  const auto told = [&] {
    const auto lines = lines_of(prefix.start({}));
    return lines.size() == 1 && lines[0].starts_with("sidestep: ") &&
           lines[0].ends_with("/../etc/sidestep.conf cannot be read");
  };
  std::filesystem::create_directories(conf);
  CHECK(told());
  std::filesystem::remove(conf);
  REQUIRE(!mkfifo(conf.c_str(), 0600));
  CHECK(told());
  std::filesystem::remove(conf);
  std::filesystem::create_symlink(conf, conf);
  CHECK(has(prefix.start({}), "/../etc/sidestep.conf is not read: "));
  // None at all.
  std::filesystem::remove_all(conf.parent_path());
  CHECK(prefix.start({}).empty());
  prefix.folder.write("prefix/etc", "no folder");
  CHECK(prefix.start({}).empty());
}
