// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/all/diagnosis.hpp"

#include <string.h>
#include <unistd.h>

#include "base/environment.hpp"
#include "base/search_path.hpp"
#include "process/identity.hpp"
#include "process/report_file.hpp"
#include "process/settings.hpp"
#include "remedies/all/remedy_list.hpp"
#include "remedies/cuda/cuda_allocations.hpp"
#include "remedies/launcher/foreign_launcher.hpp"
#include "remedies/spawn/spawn_remedies.hpp"
#include "remedies/ucx/decide.hpp"
#include "remedies/ucx/repair.hpp"

namespace remedies::all {
namespace {

const char* write_setting(void* file, const char* name, const char* value, const char* where) {
  process::append_entry(static_cast<const char*>(file),
                        process::JsonObject()
                            .field("setting", name)
                            .field("pid", getpid())
                            .field("value", value)
                            .field("where", where ? where : "the environment")
                            .end());
  process::Settings scratch;
  return process::parse_setting(&scratch, name, value, where);
}

void write_warning(const char* line) {
  process::append_entry(process::settings().doctor,
                        process::report_entry("settings", "wrong", line, "", getpid()));
}

/// Where a launcher would be looked for. Folder by folder: one line holds no long PATH, nor a
/// folder that is longer than any that has a launcher.
void write_path(const char* file, long pid) {
  base::any_folder(base::environment("PATH"), [&](const char* folder) {
    if (strlen(folder) < 1024)
      process::append_entry(file,
                            process::JsonObject().field("in_path", folder).field("pid", pid).end());
    return false;
  });
}

}  // namespace

void write_diagnosis_and_exit(const void* caller) {
  const auto& settings = process::settings();
  if (!*settings.doctor) return;
  constexpr int most = 4;
  static constinit stack::Mpi mpi;
  static constinit stack::Ucx ucx[most];
  stack::describe_mpi(caller, mpi);
  const int copies = stack::describe_ucx(ucx, most);
  // Whether a repair works shows only when it is made.
  for (int i = 0; i < copies && !settings.disabled; ++i) ucx::repair(ucx[i]);
  const ProcessFacts facts{mpi, is_singleton(), copies ? &ucx[0] : nullptr, cuda::watches()};
  const long pid = getpid();
  const auto write = [&](const process::ReportEntry& entry) {
    process::append_entry(settings.doctor, entry);
  };

  const char* foreign = launcher::foreign_launcher(mpi);
  write(process::JsonObject()
            .field("process", process::program_name())
            .field("pid", pid)
            .field("mpi", mpi.version)
            .field("path", mpi.path)
            .field("singleton", facts.singleton)
            .field("foreign", foreign ? foreign : "")
            .field("spawn_fails", spawn::why_no_spawn(mpi).c_str())
            .end());
  if (facts.singleton) write_path(settings.doctor, pid);
  for (int i = 0; i < copies; ++i)
    write(process::JsonObject()
              .field("ucx", ucx::name_of(ucx[i]).c_str())
              .field("pid", pid)
              .field("path", ucx[i].path)
              .end());
  process::divert_warnings(write_warning);
  process::each_setting(write_setting, const_cast<char*>(settings.doctor));
  warn_of_unknown_names();
  for (const Remedy* remedy : list) {
    const auto outcome = outcome_of(*remedy, facts);
    const bool left_out = outcome.result == Result::left_to_user;
    const auto own = left_out ? remedy->decide(facts) : outcome;
    // Whether it could have helped is not known where nothing was done.
    const bool needed = own.result == Result::applied || own.result == Result::cannot_help;
    // Where it is not needed either, its own reason says more than that it is left out.
    write(entry_of(*remedy, left_out && needed ? outcome : own, mpi.version));
    if (left_out && needed)
      write(process::JsonObject().field("needed", remedy->id).field("pid", pid).end());
  }
  // Without the program's own exit handlers: it has hardly begun.
  _exit(0);
}

}  // namespace remedies::all
