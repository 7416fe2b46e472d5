// SPDX-License-Identifier: BSD-3-Clause
#include "process/settings.hpp"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <initializer_list>
#include <new>

#include "base/log.hpp"
#include "base/mapped.hpp"
#include "base/system_call.hpp"
#include "process/identity.hpp"
#include "process/installation.hpp"
#include "process/report_file.hpp"
#include "process/verbose_note.hpp"

namespace process {
namespace {

struct Value {
  const char* text;
  const char* where;              ///< nullptr: the environment
  const char* trouble = nullptr;  ///< what is wrong with it

  SettingPlace place() const { return SettingPlace() << (where ? where : ""); }
};

/// "1", "yes", "on", "true": true; "0", "no", "off", "false", empty: false; else false, and
/// trouble.
bool flag(Value& value) {
  if (is_yes(value.text)) return true;
  for (const char* word : {"", "0", "no", "off", "false"})
    if (!strcasecmp(value.text, word)) return false;
  value.trouble = "is neither yes nor no: taken for no";
  return false;
}

bool flag(Value& value, SettingPlace& where) {
  where = value.place();
  return flag(value);
}

/// "keep": true; "off", empty: false; else false, and trouble.
bool keeps_cache(Value& value) {
  if (!strcmp(value.text, "keep")) return true;
  if (*value.text && strcmp(value.text, "off"))
    value.trouble = "is neither keep nor off: taken for off";
  return false;
}

template <unsigned long size>
void copy(char (&into)[size], Value& value) {
  if (strlen(value.text) < size)
    strcpy(into, value.text);
  else
    value.trouble = "is too long: ignored";
}

template <unsigned long size>
void copy(char (&into)[size], SettingPlace& where, Value& value) {
  copy(into, value);
  if (!value.trouble) where = value.place();
}

/// Empty: as the terminal says.
Interactive prompt(Value& value) {
  if (!*value.text) return Interactive::by_terminal;
  return flag(value) ? Interactive::yes : Interactive::no;
}

constexpr char all_names[][32] = {
#define SIDESTEP_SETTING(name, taken, does) #name,
#include "process/settings.def"
#undef SIDESTEP_SETTING
};

/// false: there is none; other errors are told by who reads it.
bool exists(const char* file) {
  const long failed = base::system_call(SYS_faccessat, AT_FDCWD, file, F_OK);
  return failed != -ENOENT && failed != -ENOTDIR;
}

/// Of its own, so that its text is on the stack only where there is something to warn of.
[[gnu::noinline]] void warn_of(const char* before, const char* what, const char* after) {
  warn(base::Text<1024>() << before << what << after);
}
[[gnu::noinline]] void warn_of_value(const char* name, const char* value, const char* trouble) {
  warn(base::Text<1024>() << name << "=" << value << " " << trouble);
}
[[gnu::noinline]] void warn_of_distrust(const char* file, const char* why) {
  warn(base::Text<1024>() << file << " is not read: " << why);
}

void read_own_conf(const char* file, const Identity& process, ApplySetting apply, void* into) {
  const base::Mapped<base::Distrust> why;
  if (!why || !is_own(file, *why))
    warn_of_distrust(file, why ? why->c_str() : "no memory");
  else if (read_conf(file, process, apply, into) == ConfResult::failed)
    warn_of("", file, " cannot be read");
}

/// The prefix's own, which need not exist.
void read_site_conf(const Identity& process, ApplySetting apply, void* into) {
  const base::Mapped<char[4096]> file;
  if (!file || !installed_conf(*file))
    warn_of("LD_PRELOAD named ", own_library(),
            ", no absolute path: no sidestep.conf is read, and MPI_Comm_spawn is left as it is");
  else if (exists(*file))
    read_own_conf(*file, process, apply, into);
}

void read_named_conf(const Identity& process, ApplySetting apply, void* into) {
  const char* file = secure_getenv("SIDESTEP_CONFIG");
  if (file && *file && read_conf(file, process, apply, into) != ConfResult::done)
    warn_of("SIDESTEP_CONFIG=", file, " cannot be read");
}

/// Calls `visit(name, value)` for each that the environment sets.
template <class Visit>
void each_variable(Visit visit) {
  for (const char* name : all_names)
    if (const char* value = secure_getenv(name)) visit(name, value);
}

/// For those who asked for outcomes: everything is switched off.
[[gnu::noinline]] void report_disabled(const Settings& all) {
  const char* where = all.disabled_where.c_str();
  const auto why = base::Text<640>() << "switched off by SIDESTEP_DISABLE, from "
                                     << (*where ? where : "the environment");
  if (all.verbose) log_verbose(base::Text<672>() << rank_mark().c_str() << why.c_str());
  if (*all.report)
    write_report(all.report, report_entry("all", "left to the user", why.c_str(), "", getpid()));
}

void read(Settings& all) {
  const char* off = secure_getenv("SIDESTEP_DISABLE");
  if (off && is_yes(off))  // switched off: no file is read either
    each_variable(
        [&](const char* name, const char* value) { parse_setting(&all, name, value, nullptr); });
  else
    each_setting(parse_setting, &all);
  if (all.disabled) {
    if (!secure_getenv("SIDESTEP_DOCTOR")) report_disabled(all);
    new (&all) Settings;  // in place: 4 KiB
    all.disabled = true;
  }
  Value file{secure_getenv("SIDESTEP_DOCTOR"), nullptr};
  if (file.text) copy(all.doctor, file);
  if (file.trouble) warn_of("SIDESTEP_DOCTOR ", file.trouble, "");
}

/// No orders can be kept: nothing is done.
const Settings& without_memory() {
  static Settings none;
  __atomic_store_n(&none.disabled, true, __ATOMIC_RELAXED);
  return none;
}

}  // namespace

bool is_yes(const char* text) {
  for (const char* word : {"1", "yes", "on", "true"})
    if (!strcasecmp(text, word)) return true;
  return false;
}

void each_setting(ApplySetting apply, void* into) {
  const HostName host;
  const Identity process = {program(), host.name, rank(), program_file};
  read_site_conf(process, apply, into);
  read_named_conf(process, apply, into);
  each_variable([&](const char* name, const char* value) {
    if (const char* trouble = apply(into, name, value, nullptr))
      warn_of_value(name, value, trouble);
  });
}

const char* parse_setting(void* into, const char* name, const char* text, const char* where) {
  auto& all = *static_cast<Settings*>(into);
  Value value{text, where};
#define SIDESTEP_SETTING(known, taken, does) \
  if (!strcmp(name, #known)) {               \
    taken;                                   \
    return value.trouble;                    \
  }
#include "process/settings.def"
#undef SIDESTEP_SETTING
  return "is no setting: passed over (sidestep list --settings shows them)";
}

const Settings& settings() {
  static constinit std::atomic<const Settings*> known = nullptr;
  if (const Settings* all = known.load(std::memory_order_acquire)) return *all;
  // Each of several threads that come first reads them, into memory of its own, and the first to
  // have done is believed: nobody waits, so that this may happen in a signal handler.
  Settings* const own = base::map_new<Settings>();
  if (!own) return without_memory();
  read(*own);
  const Settings* first = nullptr;
  if (known.compare_exchange_strong(first, own, std::memory_order_acq_rel)) return *own;
  base::system_call(SYS_munmap, own, sizeof *own);
  return *first;
}

bool list_has(const char* list, const char* id) {
  bool found = false;
  each_item(list, [&](const char* item, unsigned long length) {
    found = found || (strlen(id) == length && !memcmp(item, id, length));
  });
  return found;
}

}  // namespace process
