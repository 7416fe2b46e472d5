// SPDX-License-Identifier: BSD-3-Clause
// Names, paths, settings and hosts may hold any byte but zero: the report stays JSON, and the
// doctor loses nothing of it; where something is lost all the same, it says so.
#include <unistd.h>

#include <algorithm>

#include "cli/doctor.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"

using cli_test::contents;
using cli_test::doctor;
using cli_test::environment_of;
using cli_test::guest;
using cli_test::sidestep;
using nlohmann::json;
using tests::Folder;
namespace fs = std::filesystem;

namespace {

const std::string odd = "caf\xe9 \"\\\x01\x1b[1m\xf0\x9f";          // of a name
const std::string shown = "caf\uFFFD \"\\\x01\x1b[1m\uFFFD\uFFFD";  // each byte that is none

std::string ten_kilobytes(const std::string& of) {
  std::string text;
  while (text.size() < 10'000) text += of;
  return text;
}

/// A program, and the folder with its libmpi, both of that name.
struct OddProgram {
  explicit OddProgram(const Folder& folder) : environment(environment_of(build)) {
    const auto libraries = folder.path() / odd;
    fs::create_directories(libraries);
    fs::copy(guest("call_spawn"), program = folder.path() / ("p" + odd));
    for (const auto& file : fs::directory_iterator(build.libraries))
      if (file.path().filename().string().starts_with("libmpi.so"))
        fs::copy(file, libraries / file.path().filename());
    environment["LD_LIBRARY_PATH"] =
        libraries.string() + ":" + build.libraries + ":" + (build.prefix / "lib/mpich").string();
  }
  tests::Build build = tests::build_of("4.2.3");
  std::string program;
  cli_test::Environment environment;
};

}  // namespace

TEST_CASE("doctor: a program, a libmpi and settings of any bytes", "[doctor]") {
  const Folder folder;
  OddProgram odd_one(folder);
  auto& environment = odd_one.environment;
  environment["SIDESTEP_SKIP"] = ten_kilobytes("\xe9") + "," + ten_kilobytes("é,");
  environment["SIDESTEP_" + odd] = ten_kilobytes("\x01");
  environment["PATH"] = (folder.path() / odd).string() + ":" + *environment["PATH"];
  const auto said = doctor({odd_one.program, "some"}, environment, 1);
  CHECK(said["lost"] == json::array());
  REQUIRE(said["processes"].size() == 1);
  const auto& process = said["processes"].at(0);
  CHECK(process["program"] == "p" + shown);
  // The command's JSON library has one mark for the beginning of a character, and not one a byte.
  const std::string path = process["mpi"]["path"];
  CHECK(has(path, "/" + shown.substr(0, shown.size() - 3) + "/libmpi.so.12"));
  std::vector<std::string> ids;
  for (const auto& issue : process["issues"])
    if (issue["outcome"] != "wrong") ids.push_back(issue["id"]);
  CHECK(ids == cli_test::remedy_ids());
  for (const auto& issue : process["issues"])
    // Its mpiexec is found in PATH alone: the folder of libmpi, byte for byte, has none beside.
    if (issue["id"] == "spawn-launcher") CHECK(has(std::string(issue["why"]), "bin/mpiexec"));
  const auto skip = process["settings"].at(0);
  CHECK(skip["name"] == "SIDESTEP_SKIP");
  CHECK(std::string(skip["value"]).ends_with("…"));
}

TEST_CASE("a report of a program, a libmpi and a host of any bytes", "[doctor]") {
  const Folder folder;
  OddProgram odd_one(folder);
  const auto report = (folder.path() / ("r" + odd)).string();
  odd_one.environment["SIDESTEP_REPORT"] = report;
  odd_one.environment["SIDESTEP_SKIP"] = ten_kilobytes("spawn-stdin\xff,");
  std::vector<std::string> command = {odd_one.program, "some"};
  if (!geteuid() &&
      runner::run({{"unshare", "-u", "true"}}, std::chrono::seconds(60)).end == runner::End::works)
    command.insert(command.begin(),
                   {"unshare", "-u", "sh", "-c",
                    "printf 'h\\351\\001\"' > /proc/sys/kernel/hostname; exec \"$@\"", "sh"});
  command.insert(command.begin(), {"run"});
  sidestep(command, odd_one.environment);
  const auto text = contents(report);
  CHECK(std::count(text.begin(), text.end(), '\n') > 5);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto entry = json::parse(line);  // throws where it is none
    if (entry["program"] != "p" + shown) continue;
    if (command.at(1) == "unshare") CHECK(entry["host"] == "h\uFFFD\x01\"");
  }
  CHECK(has(text, "\"program\":\"pcaf\xef\xbf\xbd"));
  const auto page = sidestep({"report", report}).output;
  CHECK(has(page, "; 0 lines passed over"));
  CHECK(json(page).dump().size() > page.size());  // throws where the page is no UTF-8
}

TEST_CASE("doctor: what is lost is said, and is a problem", "[doctor]") {
  const auto environment = environment_of(tests::build_of("4.2.3"));
  const auto lost = [&](const std::string& shell) {
    const auto said =
        doctor({"sh", "-c", shell + "; exec \"$0\" some", guest("call_spawn")}, environment, 1);
    CHECK(said["hurts"] == true);
    CHECK(!said["lost"].empty());
    const auto text =
        sidestep({"doctor", "--", "sh", "-c", shell + "; exec \"$0\" some", guest("call_spawn")},
                 environment);
    CHECK(text.number == 1);
    CHECK(has(text.output, " not all is known: "));
    return said;
  };
  // One block of 512 bytes: the second line is cut, and no more is written.
  auto said = lost("ulimit -f 1");
  CHECK(said["processes"].size() == 1);
  CHECK(has(said["lost"].dump(), "lines that the library wrote in call_spawn"));
  CHECK(has(said["lost"].dump(), "is not written to: the disk is full, or fails"));
  said = lost("SIDESTEP_DOCTOR=/none/file");
  CHECK(said["processes"].empty());
  CHECK(has(said["lost"].dump(), "/none/file is not written to: its folder is not there"));
  said = lost("echo nonsense >> $SIDESTEP_DOCTOR");
  CHECK(said["processes"].size() == 1);
  CHECK(has(said["lost"].dump(), "cannot be read: line 1: "));
}
