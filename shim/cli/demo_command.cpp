// SPDX-License-Identifier: BSD-3-Clause
#include "cli/demo_command.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>

#include "cli/demo_text.hpp"
#include "cli/examine.hpp"
#include "cli/formatted.hpp"
#include "cli/machine.hpp"
#include "cli/temporary_folder.hpp"
#include "programs/executables.hpp"
#include "programs/preload.hpp"
#include "programs/say.hpp"
#include "programs/untrusted.hpp"

namespace cli {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr int falls_short = 1, nothing_to_show = 2;
/// From a folder that others may write to, Python would import what they put there.
constexpr const char* import_mpi =
    "import sys; sys.path = [one for one in sys.path if one]; from mpi4py import MPI";

struct Options {
  Words pythons;
  bool here = false, json = false;
};

/// A Python, and the MPI that its programs load.
struct Stage {
  std::string python;    ///< as it is typed
  std::string folder;    ///< that comes first in PATH; "": as PATH is
  std::string via;       ///< as Performance has it
  std::string stand_in;  ///< the libmpi that the stand-in for mpi4py loads; "": the genuine mpi4py
  ExaminedProcess process = {};
};

fs::path programs_of_demo() { return programs::libexec_file("demo"); }

/// What examines the stage's programs, and what runs them, set the same.
std::map<std::string, std::string> variables_of(const Stage& stage) {
  std::map<std::string, std::string> variables{{"PYTHONDONTWRITEBYTECODE", "1"}};
  const char* path = std::getenv("PATH");
  if (!stage.folder.empty())
    variables["PATH"] = stage.folder + ":" + (path ? path : programs::default_path);
  if (!stage.stand_in.empty()) {
    variables["PYTHONPATH"] = programs_of_demo() / "stand-in";
    variables["DEMO_LIBMPI"] = stage.stand_in;
  }
  return variables;
}

/// What another user could have written is not run: throws std::runtime_error.
void check_programs() {
  for (const auto& file : fs::recursive_directory_iterator(programs_of_demo()))
    if (!programs::may_run(file.path(), programs::own_file()))
      throw std::runtime_error(
          "demo runs no programs that others could have written: install anew");
}

/// Whether its Python comes to an MPI_Init.
bool examine_stage(Stage& stage) {
  Words command{"env"};
  for (const auto& [name, value] : variables_of(stage)) command.push_back(name + "=" + value);
  for (const char* word : {stage.python.c_str(), "-c", import_mpi}) command.emplace_back(word);
  auto seen = examine(command, std::chrono::seconds(60));
  if (seen.processes.empty()) return false;
  stage.process = std::move(seen.processes[0]);
  return true;
}

std::string python_in_path(const char* name) {
  const auto file = programs::first_in_path(name);
  return file.empty() || !programs::why_not_run(file).empty() ? "" : file;
}

/// The Python of PATH that has mpi4py.
std::optional<Stage> stage_with_mpi4py() {
  for (const char* name : {"python", "python3"})
    if (const auto file = python_in_path(name); !file.empty()) {
      Stage stage{.python = name, .folder = "", .via = "mpi4py of " + file, .stand_in = ""};
      if (examine_stage(stage)) return stage;
    }
  return std::nullopt;
}

/// Whether there is something to see: a remedy that acts, of MPI_Comm_spawn or UCX's signals.
bool is_affected(const ExaminedProcess& process, const std::string& remedy) {
  return std::any_of(process.issues.begin(), process.issues.end(), [&](const auto& issue) {
    return issue.id == remedy && issue.outcome == "applied";
  });
}

std::vector<Scene> scenes_on(const ExaminedProcess& process);

/// An MPI that is installed, for a Python that has no mpi4py.
std::optional<Stage> stage_with_libmpi() {
  const auto file = python_in_path("python3");
  if (file.empty()) return std::nullopt;
  const auto machine = look_at_machine();
  for (const auto& [process, used_by] : machine.mpis) {
    Stage stage{.python = "python3",
                .folder = "",
                .via = file + ", which calls " + process.mpi.path,
                .stand_in = process.mpi.path};
    if (!process.mpi.path.empty() && examine_stage(stage) && !scenes_on(stage.process).empty())
      return stage;
  }
  return std::nullopt;
}

Stage stage_of(const std::string& python) {
  const auto file = fs::absolute(python);
  Stage stage{.python = file.filename(),
              .folder = file.parent_path(),
              .via = "mpi4py of " + python,
              .stand_in = ""};
  if (!programs::is_executable(file) || !examine_stage(stage))
    throw std::runtime_error(python +
                             " has no mpi4py that works: name a Python that has one, or none");
  return stage;
}

std::vector<Stage> find_stages(const Options& options) {
  std::vector<Stage> stages;
  for (const auto& python : options.pythons) stages.push_back(stage_of(python));
  if (!stages.empty() && !options.here) return stages;
  auto here = stage_with_mpi4py();
  if (!here) here = stage_with_libmpi();
  if (here && std::none_of(stages.begin(), stages.end(), [&](const auto& known) {
        return known.process.mpi.path == here->process.mpi.path;
      }))
    stages.push_back(*here);
  return stages;
}

std::vector<Scene> scenes_on(const ExaminedProcess& process) {
  std::vector<Scene> scenes;
  const bool spawns = process.mpi.version.starts_with("MPICH") && process.spawn_fails.empty();
  if (spawns && is_affected(process, "spawn-session")) {
    const Typed calculate{"6 * 7", "42"}, meet{"children.Barrier()", ""},
        part{"children.Disconnect()", ""}, leave{"exit()", ""};
    scenes.push_back({.title = "a line typed after MPI_Comm_spawn",
                      .program = "-q -i parent.py",
                      .typed = {calculate, meet, part, leave},
                      .shows = {"two children run", "42"},
                      .alarm = "Traceback"});
    scenes.push_back({.title = "Ctrl-C at the prompt",
                      .program = "-q -i parent.py",
                      .typed = {{"^C", "KeyboardInterrupt"}, calculate, meet, part, leave},
                      .shows = {"two children run", "42"},
                      .alarm = "Traceback"});
  }
  if (spawns && is_affected(process, "spawn-refuse"))
    scenes.push_back({.title = "children whose file is misspelt: an error, no hang",
                      .program = "typo.py",
                      .status = 1,
                      .shows = {"MPI_Comm_spawn"}});
  if (is_affected(process, "ucx-signals"))
    scenes.push_back({.title = "a program that handles SIGSEGV",
                      .program = "handler.py",
                      .shows = {"handled"},
                      .alarm = "Caught signal 11"});
  return scenes;
}

/// A shell in the folder, which has the programs.
Shell shell_on(const Stage& stage, const TemporaryFolder& folder) {
  runner::Program shell{.argv = {"bash", "--norc", "--noprofile", "-i"},
                        .directory = folder.path()};
  shell.input = runner::Input::terminal;
  auto& environment = shell.environment;
  for (const auto& [name, value] : variables_of(stage)) environment[name] = value;
  const auto& path = environment["PATH"];
  const char* own = std::getenv("PATH");
  environment["PATH"] = folder.file("bin") + ":" +
                        (path  ? *path
                         : own ? own
                               : programs::default_path);
  environment["HOME"] = folder.path();  // no history, no settings of a line editor
  environment["PS1"] = "$ ";
  environment["PROMPT_COMMAND"] = "echo $? >>'" + folder.file("statuses") + "'";
  environment["TERM"] = "dumb";
  for (const char* name : {"PYTHONSTARTUP", "INPUTRC", "HISTFILE"})
    environment[name] = std::nullopt;
  const char* preload = std::getenv("LD_PRELOAD");
  const auto without = programs::without_library(preload ? preload : "");
  environment["LD_PRELOAD"] = without.empty() ? std::nullopt : std::optional(without);
  return {shell, folder.file("statuses")};
}

/// parent.py and the others, and a command sidestep that is this one.
void fill(const TemporaryFolder& folder) {
  for (const auto& file : fs::directory_iterator(programs_of_demo()))
    if (file.is_regular_file()) fs::copy(file, folder.path());
  fs::create_directory(folder.file("bin"));
  fs::create_symlink(programs::own_file(), folder.path() + "/bin/sidestep");
}

Act perform(const Scene& scene, const Stage& stage) {
  Act act{.scene = scene, .without = {}, .with = {}};
  const auto play_with = [&](const std::string& start, milliseconds patience) {
    const TemporaryFolder folder("sidestep-demo");
    fill(folder);
    return play(scene, shell_on(stage, folder), start + stage.python, patience);
  };
  // The one that works says how fast this machine is: on a slow one it takes longer to be a hang.
  act.with = play_with("sidestep run ", std::chrono::minutes(1));
  act.without = play_with("", std::max<milliseconds>(std::chrono::seconds(10), 3 * act.with.took));
  return act;
}

std::string name_of(const ExaminedProcess& process) {
  auto name = process.mpi.version;
  if (!process.ucx.empty()) name += ", " + process.ucx[0].version;
  return name;
}

/// Shown at once: a hang takes its time.
void show(const std::string& text, const Options& options) {
  if (options.json) return;
  print(text);
  std::fflush(stdout);
}

Performance perform_on(const Stage& stage, const Options& options, const Screen& screen) {
  Performance performance{.mpi = name_of(stage.process), .via = stage.via, .acts = {}};
  show(formatted("{}, {}\n\n", screen.painted(Paint::strong, performance.mpi), performance.via),
       options);
  for (const auto& scene : scenes_on(stage.process)) {
    show(screen.painted(Paint::strong, scene.title) + "\n", options);
    performance.acts.push_back(perform(scene, stage));
    show(text_of(performance.acts.back(), screen) + "\n", options);
  }
  return performance;
}

/// As a user of this shell has to type it.
std::string own_name() {
  const auto self = programs::own_file();
  std::error_code error;
  return fs::equivalent(programs::first_in_path("sidestep"), self, error) ? "sidestep" : self;
}

int demo(const Options& options) {
  check_programs();
  const auto stages = find_stages(options);
  if (stages.empty()) {
    programs::say(
        "demo finds no MPI that a Python here can load: in a virtual environment, "
        "pip install mpich==4.2.3 mpi4py");
    return nothing_to_show;
  }
  const auto screen = screen_of_stdout();
  std::vector<Performance> all;
  for (const auto& stage : stages)
    if (!scenes_on(stage.process).empty())
      all.push_back(perform_on(stage, options, screen));
    else
      show(formatted("{}, {}: it has none of the problems that are shown here.\n\n",
                     name_of(stage.process), stage.via),
           options);
  if (options.json) print(json_of(all));
  if (all.empty()) return nothing_to_show;
  show(verdict_of(all, screen) +
           formatted("\nYour own program: {} run {} PROGRAM\n", own_name(), stages[0].python),
       options);
  for (const auto& performance : all)
    for (const auto& act : performance.acts)
      if (!act.with.works()) return falls_short;
  return 0;
}

}  // namespace

Subcommand demo_command() {
  const auto options = std::make_shared<Options>();
  return {.name = "demo",
          .help = "show small programs that fail on the MPI here, and work with sidestep",
          .footer =
              "It takes the mpi4py of the Python in PATH, or else an MPI that is installed. Each\n"
              "program runs on a terminal of its own, without sidestep and with it.\n"
              "Exit status 0: all of them work with sidestep; 1: one does not; 2: there is no MPI\n"
              "here, or there are none of these problems.\n"
              "Examples: sidestep demo\n"
              "          sidestep demo --python venv/bin/python",
          .options = {{.names = "--python",
                       .help = "a Python with mpi4py, instead of what is found; again for another",
                       .value = &options->pythons,
                       .shown = "PYTHON"},
                      {.names = "--here",
                       .help = "what is found, too",
                       .value = &options->here,
                       .needs = "--python"},
                      {"--json", "as JSON, with all that was printed", &options->json}},
          .act = [options] { return demo(*options); }};
}

}  // namespace cli
