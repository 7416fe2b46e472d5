// SPDX-License-Identifier: BSD-3-Clause
// The shells' completion, asked of the shells themselves; the manual page and docs/, asked of what
// the code knows.
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "cli/sidestep.hpp"
#include "process/conf_file.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"

using cli_test::contents;
using cli_test::output_of;
using tests::Folder;

namespace {

using namespace std::chrono_literals;
using Names = std::set<std::string>;

Names matches(const std::string& text, const char* pattern) {
  const std::regex expression(pattern);
  Names found;
  for (std::sregex_iterator at(text.begin(), text.end(), expression), end; at != end; ++at)
    found.insert((*at)[1]);
  return found;
}

/// What the manual page shows of a subcommand before it describes any.
std::string synopsis_of(const std::string& name, const std::string& page) {
  const auto from = page.find("\n.Cm " + name + "\n");
  return page.substr(from, page.find("\n.Nm\n", from) - from);
}

Names words_of(const std::string& text) {
  std::istringstream words(text);
  return {std::istream_iterator<std::string>(words), {}};
}

/// As --help lists them.
Names subcommands() {
  const auto help = output_of({"--help"});
  return matches(help.substr(help.find("Subcommands:")), R"(\n  ([a-z]+) )");
}

Names all_ids() {
  const auto ids = cli_test::remedy_ids();
  return {ids.begin(), ids.end()};
}

std::filesystem::path source() { return tests::guests().parent_path().parent_path(); }

/// Each variable of sidestep's own that the code reads, by its name or by the table of settings.
Names all_settings() {
  Names names;
  for (const auto& file : std::filesystem::recursive_directory_iterator(source() / "shim"))
    if (file.path().extension() == ".cpp" || file.path().extension() == ".hpp")
      names.merge(matches(contents(file.path()), R"re("(SIDESTEP_[A-Z_]+)")re"));
  const auto table = contents(source() / "shim/process/settings.def");
  names.merge(matches(table, R"(SIDESTEP_SETTING\((SIDESTEP_[A-Z_]+))"));
  return names;
}

Names bash(const std::string& words, int current, const std::string& function = "_sidestep") {
  const auto verdict = runner::run(
      {.argv = {"bash", "-c",
                "source <(" + tests::command().string() + " completion bash); COMP_WORDS=(" +
                    words + "); COMP_CWORD=" + std::to_string(current) + "; " + function +
                    "; printf '%s\\n' \"${COMPREPLY[@]}\""}},
      60s);
  return words_of(verdict.output);
}

Names fish(const std::string& line, const std::filesystem::path& script) {
  const auto verdict =
      runner::run({.argv = {"fish", "--no-config", "-c",
                            "source " + script.string() + "; complete -C '" + line + "'"},
                   .environment = {{"HOME", script.parent_path().string()}}},
                  60s);
  return matches("\n" + verdict.output, R"(\n([^\t\n]+))");
}

}  // namespace

TEST_CASE("bash completes subcommands, options, ids, and the user's program", "[shell]") {
  auto all = subcommands();
  CHECK(all.size() >= 7);
  all.merge(Names{"--help", "--version"});
  CHECK(bash("sidestep ''", 1) == all);
  CHECK(bash("sidestep expl", 1) == Names{"explain"});
  CHECK(bash("sidestep explain ucx-sig", 2) == Names{"ucx-sighup", "ucx-signals"});
  CHECK(bash("sidestep explain ucx-sigh", 2) == Names{"ucx-sighup"});
  CHECK(bash("sidestep list --", 2).contains("--json"));
  CHECK(bash("sidestep run prin", 2).contains("printf"));
  CHECK(bash("sidestep doctor --json -- prin", 4).contains("printf"));
  CHECK(bash("sidestep run printf --", 3).empty());  // the program's own
}

TEST_CASE("bash completes run's options and their values, and the options of others", "[shell]") {
  CHECK(bash("sidestep run --", 2) == Names{"--help", "--report", "--skip", "--verbose"});
  CHECK(bash("sidestep run --verbose --sk", 3) == Names{"--skip"});
  CHECK(bash("sidestep run --skip ucx-sigh", 3) == Names{"ucx-sighup"});
  CHECK(bash("sidestep run --skip ucx-sighup prin", 4).contains("printf"));
  CHECK(bash("sidestep run --verbose -- prin", 4).contains("printf"));
  CHECK(bash("sidestep run --report x", 3).empty());  // files, by bash itself
  CHECK(bash("sidestep doctor --color ''", 3) == Names{"always", "auto", "never"});
  CHECK(bash("sidestep help doc", 2) == Names{"doctor"});
}

TEST_CASE("bash completes sidestep-mpiexec: its own options, then programs", "[shell]") {
  const auto own = [](const std::string& words, int current) {
    return bash(words, current, "_sidestep_mpiexec");
  };
  CHECK(own("sidestep-mpiexec --", 1) == Names{"--dry-run", "--help", "--version"});
  CHECK(own("sidestep-mpiexec -n 4 printe", 3).contains("printenv"));
  CHECK(own("sidestep-mpiexec --dry-run -n pri", 3).empty());  // the value of mpiexec's option
}

TEST_CASE("fish completes the same", "[shell]") {
  const Folder folder;
  const auto script = folder.write("sidestep.fish", output_of({"completion", "fish"}));
  const auto first = fish("sidestep ", script);
  for (const auto& name : subcommands()) CHECK(first.contains(name));
  CHECK(fish("sidestep explain ucx-sigh", script) == Names{"ucx-sighup"});
  CHECK(fish("sidestep list --j", script).contains("--json"));
  CHECK(fish("sidestep run prin", script).contains("printf"));
  CHECK(fish("sidestep run --sk", script).contains("--skip"));
  CHECK(fish("sidestep run --skip ucx-sigh", script).contains("ucx-sighup"));
  CHECK(fish("sidestep run --verbose prin", script).contains("printf"));
  CHECK(fish("sidestep-mpiexec --dry", script).contains("--dry-run"));
  CHECK(fish("sidestep-mpiexec printen", script).contains("printenv"));
}

TEST_CASE("zsh completes the same, at a terminal", "[shell]") {
  const Folder folder;
  const auto script = folder.write("_sidestep", output_of({"completion", "zsh"})).string();
  runner::Program program{.argv = {"zsh", "-f", "-i"}, .input = runner::Input::terminal};
  program.environment = {
      {"HOME", folder.path()}, {"PS1", "ready> "}, {"ZDOTDIR", folder.path()}, {"TERM", "dumb"}};
  runner::Conversation zsh(program);
  REQUIRE(zsh.expect("ready> ", 60s));
  // What was completed is seen where it is run, past all that a line editor draws.
  zsh.type("autoload -Uz compinit; compinit -D -u; source " + script);
  zsh.type("sidestep() { print -r -- \"<$*>\" }");
  const auto completes = [&](const std::string& typed, const std::string& whole) {
    zsh.type(typed + "\t");
    const bool completed = zsh.expect("<" + whole, 20s);
    INFO(typed << " in\n" << zsh.output());
    REQUIRE(completed);
  };
  completes("sidestep expl", "explain");
  completes("sidestep explain ucx-sigh", "explain ucx-sighup");
  completes("sidestep list --js", "list --json");
  completes("sidestep run printen", "run printenv");
  completes("sidestep run --skip ucx-sigh", "run --skip ucx-sighup");
  completes("sidestep run --verbose printen", "run --verbose printenv");
  zsh.type("sidestep-mpiexec() { print -r -- \"<$*>\" }");
  completes("sidestep-mpiexec --dry", "--dry-run");
  completes("sidestep-mpiexec -n 2 printen", "-n 2 printenv");
}

TEST_CASE("completion knows three shells, and says so", "[shell]") {
  const auto verdict = cli_test::sidestep({"completion", "tcsh"});
  CHECK(verdict.number == 125);
  CHECK(has(verdict.output, "'tcsh' is none of bash, zsh, fish"));
}

TEST_CASE("each subcommand has a help with an example", "[shell]") {
  for (const auto& name : subcommands()) {
    const auto help = output_of({name, "--help"});
    INFO(help);
    CHECK(has(help, "Example"));
    CHECK(has(help, "sidestep " + name));
  }
  CHECK(output_of({"--version"}).starts_with("sidestep "));
}

TEST_CASE("the manual page knows each subcommand, option and setting, and no other", "[shell]") {
  const auto page = source() / "shim/cli/sidestep.mdoc";
  const auto text = contents(page);
  CHECK(matches(text, R"(\n\.It Ic ([a-z]+))") == subcommands());
  CHECK(matches(text, R"(\n\.It Ev (SIDESTEP_[A-Z_]+))") == all_settings());
  for (const auto& name : subcommands())
    for (const auto& option : matches(output_of({name, "--help"}), R"(  (?:-.,)?--([a-z]+))"))
      if (option != "help") {
        INFO(name << " --" << option);
        CHECK(has(text, "Fl Fl " + option));
        // -o stands there for --output.
        CHECK((has(synopsis_of(name, text), "Fl Fl " + option) || option == "output"));
      }
  const auto made = output_of({"manual", page});
  CHECK(matches(made, R"(\n\.It Sy ([a-z-]+))") == all_ids());
  for (const auto& id : all_ids()) CHECK(has(made, cli_test::symptom_of(id)));
  const Folder folder;
  const auto whole = folder.write("sidestep.1", made);
  const auto lint = runner::run({.argv = {"mandoc", "-T", "lint", "-W", "warning", whole}}, 60s);
  INFO(lint.output);
  CHECK(describe(lint) == "works");
}

TEST_CASE("the manual page's sidestep.conf is read as it says", "[shell]") {
  const auto text = contents(source() / "shim/cli/sidestep.mdoc");
  const Folder folder;
  const auto block = text.find(".Bd -literal");
  REQUIRE(block != text.npos);
  const auto from = text.find('\n', block) + 1;
  const auto conf = folder.write("conf", text.substr(from, text.find(".Ed\n", from) - from));
  const auto read_by = [&](const process::Identity& process) {
    Names found;
    process::read_conf(
        conf.c_str(), process,
        [](void* into, const char* name, const char*, const char*) -> const char* {
          static_cast<Names*>(into)->insert(name);
          return nullptr;
        },
        &found);
    return found;
  };
  const Names all = {"SIDESTEP_SKIP", "SIDESTEP_REPORT"};
  CHECK(read_by({"/usr/bin/python", "gpu1", 0}) == all);
  auto more = all;
  more.insert("SIDESTEP_UCX_MEMTYPE_CACHE");
  CHECK(read_by({"/usr/bin/julia", "login", 0}) == all);
  CHECK(read_by({"/usr/bin/julia", "gpu1", 0}) == more);
  CHECK(read_by({"/opt/codes/solver", "gpu1", 0}) == more);
  more.insert("SIDESTEP_VERBOSE");
  CHECK(read_by({"/usr/bin/julia", "gpu1", 3}) == more);
}

TEST_CASE("docs/ know each subcommand, remedy and setting, and no other", "[shell]") {
  const auto command = contents(source() / "docs/command.md");
  CHECK(matches(command, R"(\n## sidestep ([a-z]+))") == subcommands());
  CHECK(matches(command, R"(\n\| `([a-z][a-z-]+)` \|)") == all_ids());
  const auto environment = contents(source() / "docs/environment.md");
  CHECK(matches(environment, R"(\n\| `(SIDESTEP_[A-Z_]+))") == all_settings());
}
