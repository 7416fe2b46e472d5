// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/all/diagnosis.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>

#include "base/environment.hpp"
#include "base/log.hpp"
#include "base/search_path.hpp"
#include "process/identity.hpp"
#include "process/installation.hpp"
#include "process/report_file.hpp"
#include "process/settings.hpp"
#include "remedies/all/remedy_list.hpp"
#include "remedies/crash/crash_trace.hpp"
#include "remedies/cuda/cuda_allocations.hpp"
#include "remedies/launcher/foreign_launcher.hpp"
#include "remedies/spawn/spawn_remedies.hpp"
#include "remedies/ucx/decide.hpp"
#include "remedies/ucx/repair.hpp"

namespace remedies::all {
namespace {

constinit process::DiagnosisLine line;  // too long for a thread's stack
constinit long written = 0;
constinit const char* trouble = nullptr;  // why the first line that was not written was not

/// Begins a line of this process.
process::DiagnosisLine& begin() {
  line.clear();
  return line.field("pid", getpid());
}

template <class Object>
void write(const Object& object) {
  const char* const why = process::append_line(process::settings().doctor, object);
  ++written;
  if (why && !trouble) trouble = why;
}

const char* write_setting(void*, const char* name, const char* value, const char* where) {
  write(begin()
            .field("setting", name)
            .field("value", value)
            .field("where", where ? where : "the environment"));
  process::Settings scratch;
  return process::parse_setting(&scratch, name, value, where);
}

void write_warning(const char* text) {
  write(process::report_entry("settings", "wrong", text, "", getpid()));
}

/// Where a launcher would be looked for. Folder by folder: each is one path at most.
void write_path() {
  base::any_folder(base::environment("PATH"), [](const char* folder) {
    write(begin().bytes("in_path", folder));
    return false;
  });
}

/// Why each spawn fails here; empty where it need not.
base::Text<160> why_no_spawn(const ProcessFacts& facts) {
  static constinit char relay[4096];
  auto why = spawn::why_no_spawn(facts.mpi);
  const bool needs_relay = spawn::spawn_session.decide(facts).result == Result::applied;
  if (why.empty() && needs_relay && !process::settings().disabled &&
      (!process::installed_file("sidestep-relay", relay) || access(relay, X_OK)))
    why << "sidestep-relay is not there: install sidestep whole, and name it by an absolute path";
  return why;
}

void write_remedies(const ProcessFacts& facts) {
  for (const Remedy* remedy : list) {
    const auto outcome = outcome_of(*remedy, facts);
    const bool left_out = outcome.result == Result::left_to_user;
    auto own = left_out ? remedy->decide(facts) : outcome;
    // Whether a crash can be traced shows only when that is prepared.
    if (remedy == &crash::crash_trace && is_active(own.result))
      own = crash::start_crash_trace(*facts.ucx);
    // Whether it could have helped is not known where nothing was done.
    const bool needed = is_active(own.result) || own.result == Result::cannot_help;
    // Where it is not needed either, its own reason says more than that it is left out.
    write(entry_of(*remedy, left_out && needed ? outcome : own, facts.mpi.version));
    if (left_out && needed) write(begin().field("needed", remedy->id));
  }
}

}  // namespace

void write_diagnosis_and_exit(const void* caller) {
  const auto& settings = process::settings();
  if (!*settings.doctor) return;
  static constinit std::atomic_flag begun = ATOMIC_FLAG_INIT;
  while (begun.test_and_set())
    syscall(SYS_sched_yield);  // in another thread, which ends the process
  constexpr int most = 4;
  static constinit stack::Mpi mpi;
  static constinit stack::Ucx ucx[most];
  stack::describe_mpi(caller, mpi);
  const int copies = stack::describe_ucx(ucx, most);
  // Whether a repair works shows only when it is made.
  for (int i = 0; i < copies && !settings.disabled; ++i) ucx::repair(ucx[i]);
  const ProcessFacts facts{mpi, is_singleton(), copies ? &ucx[0] : nullptr, cuda::watches()};

  const char* foreign = launcher::foreign_launcher(mpi);
  write(begin()
            .field("process", process::program_name())
            .field("mpi", mpi.version)
            .bytes("path", mpi.path)
            .field("singleton", facts.singleton)
            .field("foreign", foreign ? foreign : "")
            .field("spawn_fails", why_no_spawn(facts).c_str()));
  if (facts.singleton) write_path();
  for (int i = 0; i < copies; ++i)
    write(begin().field("ucx", ucx::name_of(ucx[i]).c_str()).bytes("path", ucx[i].path));
  process::divert_warnings(write_warning);
  process::each_setting(write_setting, nullptr);
  warn_of_unknown_names();
  write_remedies(facts);
  write(begin().field("lines", written + 1));
  if (trouble)
    base::log(base::Text<1200>() << "the doctor's " << settings.doctor
                                 << " is not written to: " << trouble);
  // Without the program's own exit handlers: it has hardly begun.
  _exit(0);
}

}  // namespace remedies::all
