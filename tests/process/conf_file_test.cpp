// SPDX-License-Identifier: BSD-3-Clause
// What a site's conf file says to a process, and what it is told where it says nonsense.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "process/settings.hpp"
#include "support/builds.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"

namespace {

using tests::Folder;

/// What is written to stderr while `work` runs.
template <class Work>
std::string said(Work work) {
  const Folder folder;
  const auto file = folder.path() / "said";
  const int kept = dup(2), to = open(file.c_str(), O_WRONLY | O_CREAT, 0600);
  dup2(to, 2);
  work();
  dup2(kept, 2);
  close(kept), close(to);
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Outcome {
  process::Settings settings;
  std::string said;
};

/// A conf file, as the process takes it.
Outcome taken(const std::string& text, const process::Identity& process = {"/bin/a.out", "n1", 0}) {
  const Folder folder;
  const auto file = folder.write("conf", text);
  Outcome outcome;
  outcome.said = said([&] {
    CHECK(process::read_conf(file.c_str(), process, process::parse_setting, &outcome.settings) ==
          process::ConfResult::done);
  });
  for (std::size_t at; (at = outcome.said.find(file.string())) != std::string::npos;)
    outcome.said.replace(at, file.string().size(), "CONF");
  return outcome;
}

std::string skipped(const std::string& text, const process::Identity& process) {
  const auto outcome = taken(text, process);
  CHECK(outcome.said.empty());
  return outcome.settings.skip;
}

}  // namespace

TEST_CASE("patterns", "[settings]") {
  CHECK(process::matches("julia*", "julia-1.5"));
  CHECK(process::matches("*", ""));
  CHECK(process::matches("a*b*c", "aXbYbZc"));
  CHECK(process::matches("n?", "n1"));
  CHECK_FALSE(process::matches("n?", "n12"));
  CHECK_FALSE(process::matches("", "x"));
  CHECK_FALSE(process::matches("a*b", "aXc"));
}

TEST_CASE("a conf file has the environment's names, and the last line wins", "[settings]") {
  const auto outcome = taken(
      "# a comment\n\n  SIDESTEP_SKIP = ucx-sighup \r\nSIDESTEP_VERBOSE=yes\nSIDESTEP_SKIP=a,b\n"
      "SIDESTEP_UCX_MEMTYPE_CACHE=keep\nSIDESTEP_REPORT=/tmp/a=b");
  CHECK(outcome.said.empty());
  CHECK(outcome.settings.skip == std::string("a,b"));
  CHECK(outcome.settings.report == std::string("/tmp/a=b"));
  CHECK(outcome.settings.verbose);
  CHECK(outcome.settings.keeps_cache);
  CHECK_FALSE(outcome.settings.disabled);
}

TEST_CASE("sections hold for some programs, hosts and ranks", "[settings]") {
  const std::string text =
      "SIDESTEP_SKIP=everywhere\n"
      "[program julia* /opt/codes/*]\nSIDESTEP_SKIP=program\n"
      "[host gpu*; rank 1-2 5-]\nSIDESTEP_SKIP=both\n"
      "[rank 9]\nSIDESTEP_SKIP=nine\n";
  CHECK(skipped(text, {"/usr/bin/python3", "n1", 0}) == "everywhere");
  CHECK(skipped(text, {"/usr/bin/julia", "n1", 0}) == "program");
  CHECK(skipped(text, {"julia", "n1", 0}) == "program");
  CHECK(skipped(text, {"/opt/codes/vasp", "n1", 0}) == "program");
  CHECK(skipped(text, {"/opt/codes2/vasp", "n1", 0}) == "everywhere");
  CHECK(skipped(text, {"/bin/a", "gpu7", 0}) == "everywhere");
  CHECK(skipped(text, {"/bin/a", "gpu7", 2}) == "both");
  CHECK(skipped(text, {"/bin/a", "gpu7", 3}) == "everywhere");
  CHECK(skipped(text, {"/bin/a", "gpu7", 123}) == "both");
  CHECK(skipped(text, {"/bin/a", "n1", 9}) == "nine");
  CHECK(skipped("[host n*]\n[all]\nSIDESTEP_SKIP=all\n", {"/bin/a", "x", 0}) == "all");
}

TEST_CASE("only the programs that a site names", "[settings]") {
  const std::string text = "SIDESTEP_DISABLE=1\n[program ipython3]\nSIDESTEP_DISABLE=0\n";
  CHECK(taken(text, {"/usr/bin/bash", "n", 0}).settings.disabled);
  CHECK_FALSE(taken(text, {"/usr/bin/ipython3", "n", 0}).settings.disabled);
}

TEST_CASE("nonsense is named with its line, and the rest holds", "[settings]") {
  const auto outcome =
      taken("SIDESTEP_SKIP\nSIDESTEP_SIKP=a\n[prgram x]\nSIDESTEP_SKIP=no\n[all\n" +
            std::string(5000, 'x') + "\n[all]\nSIDESTEP_VERBOSE=maybe\n" +
            "SIDESTEP_FORCE=spawn-relay\n");
  CHECK(
      outcome.said ==
      "sidestep: CONF:1 is neither NAME=VALUE, a [section] nor a # comment: passed over\n"
      "sidestep: CONF:2 SIDESTEP_SIKP=a is no setting: passed over (sidestep list --settings "
      "shows them)\n"
      "sidestep: CONF:3 is no section: [all], [program NAME...], [host NAME...] and [rank N-M...] "
      "are; what follows is passed over\n"
      "sidestep: CONF:5 is no section: [all], [program NAME...], [host NAME...] and [rank N-M...] "
      "are; what follows is passed over\n"
      "sidestep: CONF:6 is too long: passed over\n"
      "sidestep: CONF:8 SIDESTEP_VERBOSE=maybe is neither yes nor no: taken for no\n");
  CHECK(outcome.settings.skip == std::string());
  CHECK(outcome.settings.force == std::string("spawn-relay"));
}

TEST_CASE("a section that no process could be in is named", "[settings]") {
  for (const char* section :
       {"[rank x]", "[rank 5-2]", "[rank -3]", "[rank 1 x]", "[rank 1-2-3]", "[rank 12345678901]",
        "[rank 1,2]", "[host *; rank 2x]", "[program a.out] SIDESTEP_SKIP=a"}) {
    INFO(section);
    const auto outcome = taken(std::string(section) + "\nSIDESTEP_SKIP=no\n");
    CHECK(outcome.said.starts_with("sidestep: CONF:1 is no section: "));
    CHECK(outcome.settings.skip == std::string());
  }
  for (const char* section : {"[rank 0]", "[rank 3 0-]", "[rank 0-0 7]"}) {
    INFO(section);
    CHECK(skipped(std::string(section) + "\nSIDESTEP_SKIP=yes\n", {"a", "b", 0}) == "yes");
  }
}

TEST_CASE("of a corrupt conf file ten lines are reported", "[settings]") {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += i % 2 ? "SIDESTEP_NONE=1\n" : "nonsense\n";
  const auto outcome = taken(text + "SIDESTEP_SKIP=a\n");
  const auto lines = lines_of(outcome.said);
  REQUIRE(lines.size() == 11);
  CHECK(lines[9].starts_with("sidestep: CONF:10 SIDESTEP_NONE=1 is no setting"));
  CHECK(lines[10] == "sidestep: CONF:11 is wrong too, and more may be: it is not told");
  CHECK(outcome.settings.skip == std::string("a"));
}

TEST_CASE("a conf file that is none is not read", "[settings]") {
  const Folder folder;
  const auto fifo = folder.path() / "fifo";
  REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
  process::Settings none;
  const auto read = [&](const std::filesystem::path& file) {
    return process::read_conf(file.c_str(), {"a", "b", 0}, process::parse_setting, &none);
  };
  CHECK(read(folder.path() / "missing") == process::ConfResult::no_file);
  CHECK(read(folder.write("file", "") / "below") == process::ConfResult::no_file);
  CHECK(read(folder.path()) == process::ConfResult::failed);
  CHECK(read(fifo) == process::ConfResult::failed);
}
