// SPDX-License-Identifier: BSD-3-Clause
// doctor, of the machine.
#include "cli/doctor.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"

using cli_test::environment_of;
using cli_test::guest;
using cli_test::outcomes_of;
using cli_test::sidestep;
using nlohmann::json;
using tests::build_of;
using tests::Folder;

namespace {

const json& fact(const json& machine, const std::string& name) {
  for (const auto& one : machine["machine"])
    if (one["name"] == name) return one;
  throw std::runtime_error("no " + name + " in " + machine.dump());
}

}  // namespace

TEST_CASE("doctor of the machine: mpiexec and libmpi of one build belong together", "[doctor]") {
  const auto build = build_of("4.2.3");
  const auto verdict = sidestep({"doctor", "--json"}, environment_of(build));
  const auto said = json::parse(verdict.output);
  INFO(verdict.output);
  CHECK(fact(said, "mpiexec")["value"] == "MPICH 4.2.3");
  CHECK(fact(said, "libmpi")["value"] == "MPICH 4.2.3");
  CHECK(fact(said, "libmpi")["remark"] == "belongs to mpiexec");
  CHECK(fact(said, "UCX")["value"] == "1.18.1");
  for (const char* name : {"ucx.conf", "UCX_ variables", "CUDA driver", "CUDA runtime", "Julia",
                           "container", "CMA", "/dev/shm"})
    CHECK(!std::string(fact(said, name)["value"]).empty());
  CHECK(outcomes_of(said["processes"].at(0))["spawn-stdin"] == "applied");
  CHECK(verdict.number == (said["hurts"] ? 1 : 0));
}

TEST_CASE("doctor of the machine: an mpiexec to which no libmpi belongs", "[doctor]") {
  const Folder folder;
  folder.write("bin/mpiexec", "#!/bin/sh\necho 'mpirun (Open MPI) 9.9.9'\n", true);
  auto environment = environment_of(build_of("4.2.3"));
  environment["PATH"] = (folder.path() / "bin").string() + ":/usr/bin:/bin";
  const auto verdict = sidestep({"doctor", "--json"}, environment);
  const auto said = json::parse(verdict.output);
  CHECK(fact(said, "mpiexec")["value"] == "Open MPI 9.9.9");
  CHECK(fact(said, "mpiexec")["hurts"] == true);
  CHECK(fact(said, "libmpi")["remark"] == "does not belong to mpiexec");
  CHECK(verdict.number == 1);
}

TEST_CASE("doctor of the machine: a broken library affects no other", "[doctor]") {
  const Folder folder;
  folder.write("libcuda.so.1", "no library");
  std::filesystem::copy(guest("libcrash_when_loaded.so"), folder.path() / "libcudart.so.13");
  auto environment = environment_of(build_of("4.2.3"));
  environment["LD_LIBRARY_PATH"] = folder.path().string() + ":" + *environment["LD_LIBRARY_PATH"];
  const auto verdict = sidestep({"doctor", "--json"}, environment);
  INFO(verdict.output);
  const auto said = json::parse(verdict.output);
  CHECK(fact(said, "CUDA driver")["value"] == "broken");
  CHECK(fact(said, "CUDA driver")["hurts"] == true);
  CHECK(fact(said, "CUDA runtime")["value"] == "broken");
  CHECK(fact(said, "CUDA runtime")["remark"] ==
        "libcudart.so.13: killed by SIGSEGV when it is loaded");
  CHECK(fact(said, "libmpi")["value"] == "MPICH 4.2.3");
  CHECK(verdict.number == 1);
}

namespace {

/// A user of that build, whose PATH has these folders first.
cli_test::Environment with_path(cli_test::Environment environment, const std::string& folders) {
  environment["PATH"] = folders + ":/usr/bin:/bin";
  return environment;
}

/// A user with a virtual environment, and no module loaded.
cli_test::Environment in_venv(const tests::Build& build) {
  auto environment = with_path(environment_of(build), (build.prefix / "bin").string());
  environment["LD_LIBRARY_PATH"] = std::nullopt;
  return environment;
}

}  // namespace

TEST_CASE("doctor of the machine: the MPI of python and mpiexec first, others folded", "[doctor]") {
  const auto environment = in_venv(build_of("4.2.3"));
  const auto text = cli_test::doctor_text({}, environment, 0);
  CHECK(text.starts_with(
      "python, mpiexec · MPICH 4.2.3 · UCX 1.18.1 sidestep: NOT loaded in this shell ✗ "));
  CHECK(has(text, cli_test::symptom_of("spawn-stdin") + " sidestep would fix it ✗"));
  CHECK(!has(text, "hydra reads"));  // how it works is for --all
  CHECK(has(text, " not affected (--all shows them) "));
  CHECK(
      text.ends_with("sidestep would fix all of them, but is not loaded. → sidestep run python …"));
  const auto said = json::parse(sidestep({"doctor", "--json"}, environment).output);
  CHECK(said["processes"].at(0)["used_by"] == json::array({"python", "mpiexec"}));
  CHECK(said["loaded"] == "not loaded");
  CHECK(said["next"] == "sidestep run python …");
  for (std::size_t i = 1; i < said["processes"].size(); ++i) {  // the system's, of no matter here
    CHECK(said["processes"].at(i)["used_by"] == json::array());
    CHECK(has(text, said["processes"].at(i)["mpi"]["path"].get<std::string>()));
  }
}

TEST_CASE("doctor of the machine: fixed, where sidestep is loaded", "[doctor]") {
  auto environment = in_venv(build_of("4.2.3"));
  const auto under_run = [&](const std::vector<std::string>& more) {
    environment["COLUMNS"] = "50";
    environment["LC_ALL"] = "C.UTF-8";
    std::vector<std::string> command = {"run", tests::command(), "doctor"};
    command.insert(command.end(), more.begin(), more.end());
    return sidestep(command, environment);
  };
  const auto text = unwrapped(under_run({}).output);
  CHECK(has(text, "sidestep: loaded in this shell ✓ "));
  CHECK(has(text, cli_test::symptom_of("spawn-stdin") + " sidestep fixes it ✓"));
  CHECK(!has(text, "would"));
  CHECK(!has(text, "→"));
  CHECK(json::parse(under_run({"--json"}).output)["loaded"] == "loaded");
  environment["LD_PRELOAD"] = tests::library();
  CHECK(has(cli_test::doctor_text({}, environment, 0), "sidestep: loaded in this shell"));
  environment["LD_PRELOAD"] = "/none/libsidestep.so";  // the loader says so too
  CHECK(has(cli_test::doctor_text({}, environment, 0),
            "sidestep: NOT loaded, /none/libsidestep.so is not there"));
  environment["LD_PRELOAD"] = std::nullopt;
  environment["SIDESTEP_SKIP"] = "spawn-stdin";
  CHECK(has(cli_test::doctor_text({}, environment, 1),
            cli_test::symptom_of("spawn-stdin") +
                " switched off → take spawn-stdin out of SIDESTEP_SKIP"));
  environment["SIDESTEP_DISABLE"] = "1";
  CHECK(
      has(cli_test::doctor_text({}, environment, 1), "sidestep: switched off by SIDESTEP_DISABLE"));
}

TEST_CASE("doctor of a program: a command that loads sidestep itself", "[doctor]") {
  const auto build = build_of("4.2.3");
  const auto text = cli_test::doctor_text({tests::command(), "run", guest("call_spawn"), "some"},
                                          environment_of(build), 0);
  CHECK(has(text, "sidestep: loaded ✓"));
  CHECK(has(text, " known problems here: sidestep fixes all of them."));
  const auto quoted =
      cli_test::doctor_text({guest("call_spawn"), "so me"}, environment_of(build), 0);
  CHECK(quoted.ends_with("→ sidestep run " + guest("call_spawn") + " 'so me'"));
  CHECK(cli_test::doctor_text({"mpiexec", "-n", "2", guest("call_spawn")}, environment_of(build), 0)
            .ends_with("→ sidestep-mpiexec -n 2 " + guest("call_spawn")));
}

TEST_CASE("doctor of the machine: another MPI's mpiexec before python's own", "[doctor]") {
  const Folder folder;
  folder.write("bin/mpiexec", "#!/bin/sh\necho 'mpirun (Open MPI) 9.9.9'\n", true);
  const auto build = build_of("4.2.3");
  auto environment = with_path(
      in_venv(build), (folder.path() / "bin").string() + ":" + (build.prefix / "bin").string());
  const auto text = cli_test::doctor_text({}, environment, 1);
  CHECK(text.starts_with("python · MPICH 4.2.3 · UCX 1.18.1 "));
  CHECK(has(text,
            "✗ Open MPI 9.9.9's mpiexec makes each rank of python rank 0 of 1: python has "
            "MPICH 4.2.3 use another mpiexec → sidestep-mpiexec -n 4 python … finds its own"));
}

TEST_CASE("doctor of the machine: Open MPI first in PATH", "[doctor]") {
  if (!std::filesystem::exists("/usr/bin/mpiexec.openmpi")) return;
  const Folder folder;
  const auto bin = folder.path() / "bin";
  std::filesystem::create_directories(bin);
  std::filesystem::create_symlink("/usr/bin/mpiexec.openmpi", bin / "mpiexec");
  auto environment = in_venv(build_of("4.2.3"));
  environment["PATH"] = bin.string();  // a python without mpi4py, or none
  const auto text = cli_test::doctor_text({}, environment, 0);
  CHECK(text.starts_with("mpiexec · Open MPI v"));
  CHECK(has(text, "Open MPI loads UCX inside MPI_Init. The doctor stops before that. "));
  CHECK(text.ends_with("No known problem here, as far as it shows before UCX is loaded."));
}

TEST_CASE("doctor of the machine: a python whose mpi4py is broken, and one without", "[doctor]") {
  const Folder folder;
  const auto venv = build_of("4.2.3");
  folder.write("mpi4py/__init__.py", "class rc: pass\n");
  folder.write("mpi4py/MPI.py", "raise ImportError('libmpi.so.99: cannot open')\n");
  auto environment = in_venv(venv);
  environment["PYTHONPATH"] = folder.path();
  CHECK(has(cli_test::doctor_text({}, environment, 1),
            "mpi4py cannot be loaded: ImportError: libmpi.so.99: cannot open"));
  // In the current folder it is not looked for: that may be anyone's.
  environment["PYTHONPATH"] = std::nullopt;
  const auto verdict = runner::run({.argv = {tests::command(), "doctor"},
                                    .environment = environment,
                                    .directory = folder.path()},
                                   std::chrono::seconds(120));
  CHECK(has(verdict.output, "python, mpiexec"));
  environment["PATH"] = folder.path().string();  // no python, no mpiexec
  CHECK(fact(json::parse(sidestep({"doctor", "--json"}, environment).output), "Python")["value"] ==
        "none in PATH");
}

TEST_CASE("doctor of the machine: a loaded module's MPI, and exit 1 for no unused one",
          "[doctor]") {
  auto environment = with_path(environment_of(build_of("4.2.3")), "/none");
  environment["PATH"] = "/none";
  environment["LOADEDMODULES"] = "mpich/4.2.3";
  auto said = json::parse(sidestep({"doctor", "--json"}, environment).output);
  CHECK(said["processes"].at(0)["mpi"]["version"] == "MPICH 4.2.3");
  CHECK(said["processes"].at(0)["used_by"] == json::array({"loaded modules"}));
  // Debian's MPICH cannot spawn, and here nobody asks it to.
  CHECK(said["hurts"] == false);
  environment["LOADEDMODULES"] = std::nullopt;
  said = json::parse(sidestep({"doctor", "--json"}, environment).output);
  CHECK(said["processes"].at(0)["used_by"] == json::array({"LD_LIBRARY_PATH"}));
}

TEST_CASE("doctor: as wide as the screen, in its characters, in colours where asked", "[doctor]") {
  auto environment = in_venv(build_of("4.2.3"));
  const auto at = [&](int columns, const std::string& locale, std::vector<std::string> more = {}) {
    environment["COLUMNS"] = std::to_string(columns);
    environment["LC_ALL"] = locale;
    more.insert(more.begin(), "doctor");
    return sidestep(more, environment).output;
  };
  for (const int columns : {60, 80, 120})
    for (const char* locale : {"C", "C.UTF-8"}) {
      const auto text = at(columns, locale);
      INFO(text);
      bool is_ascii = true;
      for (const auto& line : lines_of(text)) {
        std::size_t width = 0;
        for (const char c : line) width += (c & 0xc0) != 0x80;
        if (!has(line, "/")) CHECK(width <= static_cast<std::size_t>(columns));  // a path is whole
        for (const char c : line) is_ascii = is_ascii && !(c & 0x80);
      }
      CHECK(is_ascii == (std::string(locale) == "C"));
      CHECK(has(text, is_ascii ? "\n-> sidestep run python ...\n" : "\n→ sidestep run python …\n"));
      CHECK(!has(text, "\033"));
    }
  CHECK(has(at(80, "de_DE.utf8@euro"), "→"));
  CHECK(!has(at(80, "de_DE@euro"), "→"));
  CHECK(has(at(80, "C", {"--color", "always"}), "\033[33mx\033[0m "));
  environment["NO_COLOR"] = "1";
  CHECK(has(at(80, "C", {"--color=always"}), "\033[33m"));
}

TEST_CASE("doctor at a terminal: its width, its colours, NO_COLOR", "[doctor]") {
  runner::Program program{.argv = {tests::command(), "doctor", "--", "true"},
                          .environment = {{"LC_ALL", "C.UTF-8"}, {"TERM", "xterm"}},
                          .input = runner::Input::terminal};
  program.environment["LD_PRELOAD"] = program.environment["NO_COLOR"] = std::nullopt;
  const auto colours = [&] {
    return has(runner::run(program, std::chrono::seconds(60)).output, "\033[");
  };
  CHECK(colours());
  program.environment["NO_COLOR"] = "1";
  CHECK(!colours());
  program.environment["NO_COLOR"] = std::nullopt;
  program.environment["TERM"] = "dumb";
  CHECK(!colours());
  program.argv.insert(program.argv.begin() + 2, "--color=never");
  program.environment["TERM"] = "xterm";
  CHECK(!colours());
}
