#include "remedies/all/diagnosis.hpp"

#include <string.h>
#include <unistd.h>

#include "process/report_file.hpp"
#include "base/search_path.hpp"
#include "process/identity.hpp"
#include "process/settings.hpp"
#include "base/environment.hpp"
#include "remedies/launcher/foreign_launcher.hpp"
#include "remedies/remedy.hpp"
#include "remedies/spawn/spawn_remedies.hpp"
#include "remedies/ucx/decide.hpp"
#include "remedies/ucx/repair.hpp"

namespace remedies::diagnosis {
namespace {

const char* write_setting(void* file, const char* name, const char* value, const char* where) {
  report::append(static_cast<const char*>(file),
                 report::Object()
                     .field("setting", name)
                     .field("pid", getpid())
                     .field("value", value)
                     .field("where", where ? where : "the environment")
                     .end());
  settings::Settings scratch;
  return settings::take(&scratch, name, value, where);
}

void write_complaint(const char* line) {
  report::append(settings::get().doctor, report::entry("settings", "wrong", line, "", getpid()));
}

/// Where a launcher would be looked for. Folder by folder: one line holds no long PATH, nor a
/// folder that is longer than any that has a launcher.
void write_path(const char* file, long pid) {
  any_folder(real::environment("PATH"), [&](const char* folder) {
    if (strlen(folder) < 1024)
      report::append(file, report::Object().field("in_path", folder).field("pid", pid).end());
    return false;
  });
}

}  // namespace

void give(const void* caller) {
  const auto& settings = settings::get();
  if (!*settings.doctor) return;
  constexpr int most = 4;
  static constinit real::Mpi mpi;
  static constinit real::Ucx ucx[most];
  real::describe_mpi(caller, mpi);
  const int copies = real::describe_ucx(ucx, most);
  // Whether a repair works shows when it is made.
  for (int i = 0; i < copies && !settings.disabled; ++i) ucx::repair(ucx[i]);
  const Process process{mpi, is_singleton(), copies ? &ucx[0] : nullptr};
  const long pid = getpid();
  const auto write = [&](const report::Entry& entry) { report::append(settings.doctor, entry); };

  const char* foreign = foreign_launcher(mpi);
  write(report::Object()
            .field("process", self::program_name())
            .field("pid", pid)
            .field("mpi", mpi.version)
            .field("path", mpi.path)
            .field("singleton", process.singleton)
            .field("foreign", foreign ? foreign : "")
            .field("spawn_fails", why_no_spawn(mpi).c_str())
            .end());
  if (process.singleton) write_path(settings.doctor, pid);
  for (int i = 0; i < copies; ++i)
    write(report::Object()
              .field("ucx", ucx::name_of(ucx[i]).c_str())
              .field("pid", pid)
              .field("path", ucx[i].path)
              .end());
  settings::divert_complaints(write_complaint);
  settings::each_set(write_setting, const_cast<char*>(settings.doctor));
  warn_of_unknown_names();
  for (const Remedy* remedy : all) {
    const auto outcome = outcome_of(*remedy, process);
    const bool left_out = outcome.result == Result::left_to_user;
    const auto own = left_out ? remedy->decide(process) : outcome;
    // Whether it could have helped is not known where nothing was done.
    const bool needed = own.result == Result::applied || own.result == Result::cannot_help;
    // Where it is not needed either, its own reason says more than that it is left out.
    write(entry_of(*remedy, left_out && needed ? outcome : own, mpi.version));
    if (left_out && needed)
      write(report::Object().field("needed", remedy->id).field("pid", pid).end());
  }
  // Past every handler of the program's own: it has hardly begun.
  _exit(0);
}

}  // namespace remedies::diagnosis
