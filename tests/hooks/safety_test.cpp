// SPDX-License-Identifier: BSD-3-Clause
// What a hook must not cost: stack in a signal handler, a lock in a forked child, what libc
// guarantees. docs/how-it-works.md has the table.
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "support/builds.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"

namespace {

using namespace std::chrono_literals;

constexpr int most = 256;  // bytes that a hook may add

/// The home lies below /tmp, so that /tmp is on the way to a depot of Julia's.
runner::Program guest(std::vector<std::string> argv, bool preloaded, const tests::Folder& folder) {
  argv[0] = tests::built_guests() / argv[0];
  runner::Program program{.argv = std::move(argv)};
  program.directory = folder.path();
  program.environment = {{"HOME", "/tmp/nobody"}, {"LD_PRELOAD", {}}};
  if (preloaded) program.environment["LD_PRELOAD"] = tests::library();
  return program;
}

std::string output_of(const runner::Program& program) {
  const auto verdict = run(program, 600s);
  INFO(verdict.output);
  CHECK(describe(verdict) == "works");
  return verdict.output;
}

struct Stack {
  long first = 0, next = 0;
  std::string rest;  ///< what the call returned, and errno
};

Stack stack_of(const std::vector<std::string>& words, bool preloaded) {
  const tests::Folder folder;
  std::filesystem::create_directories(folder.path() / "compiled/v1");
  std::vector<std::string> argv{"stack_of_calls"};
  argv.insert(argv.end(), words.begin(), words.end());
  std::istringstream said(output_of(guest(argv, preloaded, folder)));
  Stack stack;
  std::string name;
  said >> name >> stack.first >> stack.next;
  std::getline(said, stack.rest);
  return stack;
}

/// The bytes that a hook adds to what the function itself takes.
long added(const std::vector<std::string>& words) {
  const Stack without = stack_of(words, false), with = stack_of(words, true);
  CHECK(without.next > 0);
  CHECK(with.rest == without.rest);
  return std::max(with.first - without.first, with.next - without.next);
}

// Of each hook of libc's and the loader's, its ways.
const std::map<std::string, std::vector<std::string>> ways = {
    {"accept", {"accept"}},
    {"clearenv", {"clearenv"}},
    {"dladdr", {"dladdr"}},
    {"dladdr1", {"dladdr1"}},
    {"dlmopen", {"dlmopen"}},
    {"dlopen", {"dlopen", "dlopen_deep"}},
    {"dlsym", {"dlsym", "dlsym_driver"}},
    {"execvp", {"execvp"}},
    {"fork", {"fork"}},
    {"getenv", {"getenv", "getenv_ucx", "getenv_pmi"}},
    {"mkdir", {"mkdir", "mkdir_home", "mkdir_cache"}},
    {"putenv", {"putenv"}},
    {"setenv", {"setenv"}},
    {"sigaction", {"sigaction"}},
    {"sigaltstack", {"sigaltstack"}},
    {"signal", {"signal"}},
    {"tcsetattr", {"tcsetattr"}},
    {"unlink", {"unlink", "unlink_cache"}},
    {"unsetenv", {"unsetenv"}},
};

/// The rows of the table of hooks: name, bytes.
std::map<std::string, long> documented() {
  std::map<std::string, long> rows;
  static const std::regex row(R"re(^\| `(\w+)` \|.*\| (\d+) \|$)re");
  for (const auto& line :
       lines_of(tests::contents(tests::guests() / "../../docs/how-it-works.md"))) {
    std::smatch parts;
    if (std::regex_match(line, parts, row)) rows[parts[1]] = std::stol(parts[2]);
  }
  return rows;
}

}  // namespace

TEST_CASE("no hook takes 256 bytes of stack, and what it takes is documented", "[safety]") {
  const auto rows = documented();
  for (const auto& [hook, all] : ways) {
    REQUIRE(rows.count(hook));
    CHECK(rows.at(hook) <= most);
    for (const auto& way : all)
      for (const bool threads : {false, true}) {
        const long bytes =
            added(threads ? std::vector{way, std::string("threads")} : std::vector{way});
        INFO(way << (threads ? ", several threads: " : ": ") << bytes);
        // libc's dl_iterate_phdr takes 184 of these.
        const bool under_lock = way == "mkdir_home" && threads;
        CHECK(bytes <= (under_lock ? 320 : rows.at(hook)));
      }
  }
}

TEST_CASE("the table of hooks has each of libc's and the loader's", "[safety]") {
  std::set<std::string> hooks, rows;
#define SIDESTEP_HOOK(domain, name) \
  if (std::string(#domain) == "libc" || std::string(#domain) == "loader") hooks.insert(#name);
#include "abi/hooks.def"
#undef SIDESTEP_HOOK
  for (const auto& [name, bytes] : documented()) rows.insert(name);
  CHECK(rows == hooks);
  std::set<std::string> tried;
  for (const auto& [name, all] : ways) tried.insert(name);
  CHECK(tried == hooks);
}

TEST_CASE("no child waits for a lock at its first call of a hook, however it was made",
          "[safety]") {
  const tests::Folder folder;
  int number = 0;
  const auto count = std::to_string(tests::is_long() ? 400 : 3);
  for (const std::string kind :
       {"fork", "vfork", "_Fork", "forkpty", "daemon", "posix_spawn", "clone", "clone3"})
    for (const std::string call : {"accept", "execvp", "getenv", "getenv_advice", "getenv_pmi_fd",
                                   "mkdir", "mkdir_home", "sigaltstack", "tcsetattr", "unlink"}) {
      // Some of all pairs, each kind and each call among them.
      if (!tests::is_long() && number++ % 3) continue;
      INFO(kind << " " << call);
      const auto said = output_of(guest({"fork_storm", kind, call, count}, true, folder));
      CHECK((said == "0 hung, 0 wrong\n" || said == "no such call here\n"));
    }
}

TEST_CASE("opened past every preload while another thread sets variables", "[safety]") {
  const tests::Folder folder;
  const auto count = std::to_string(tests::is_long() ? 2500 : 200);
  CHECK(output_of(guest({"environment_race", "open", count}, true, folder)) ==
        "0 crashed, 0 lost\n");
}

TEST_CASE("getenv is the next one's, for names of UCX's and PMI's too", "[safety]") {
  const tests::Folder folder;
  auto program = guest({"ask_environment", "HOME", "UCX_TLS", "PMI_RANK", ""}, true, folder);
  program.environment["LD_PRELOAD"] =
      tests::library().string() + ":" + (tests::built_guests() / "getenv_tool.so").string();
  CHECK(output_of(program) == "the tool's\nthe tool's\nthe tool's\nthe tool's\n");
}

TEST_CASE("getenv of nothing, without an environment", "[safety]") {
  const tests::Folder folder;
  const auto said = output_of(guest({"ask_environment", "HOME", "NULL"}, false, folder));
  CHECK(said == "/tmp/nobody\nnot set\n");
  CHECK(output_of(guest({"ask_environment", "HOME", "NULL"}, true, folder)) == said);
}
