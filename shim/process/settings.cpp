#include "process/settings.hpp"

#include <stdlib.h>
#include <string.h>

#include <initializer_list>

#include "process/log.hpp"

namespace settings {
namespace {

// secure_getenv: a setuid program takes no orders from its caller's environment.
void copy(char* into, unsigned long size, const char* name) {
  const char* value = secure_getenv(name);
  if (!value) return;
  if (strlen(value) >= size) {
    logging::line(Text<256>() << name << " is longer than " << static_cast<long>(size - 1)
                              << " characters: ignored");
    return;
  }
  strcpy(into, value);
}

/// "1", "yes", "on", "true": true; "0", "no", "off", "false", empty, unset: false; else a line that
/// says so, and false.
bool flag(const char* name) {
  const char* value = secure_getenv(name);
  if (!value || !*value) return false;
  for (const char* word : {"1", "yes", "on", "true"})
    if (!strcasecmp(value, word)) return true;
  for (const char* word : {"0", "no", "off", "false"})
    if (!strcasecmp(value, word)) return false;
  logging::line(Text<256>() << name << "=" << value << " is neither yes nor no: taken for no");
  return false;
}

/// SIDESTEP_UCX_MEMTYPE_CACHE: "keep"; "off", empty, unset: false; else a line that says so, and
/// false.
bool keeps_cache() {
  const char* value = secure_getenv("SIDESTEP_UCX_MEMTYPE_CACHE");
  if (!value || !*value || !strcmp(value, "off")) return false;
  if (!strcmp(value, "keep")) return true;
  logging::line(Text<256>() << "SIDESTEP_UCX_MEMTYPE_CACHE=" << value
                            << " is neither keep nor off: taken for off");
  return false;
}

Settings read() {
  Settings all;
  copy(all.doctor, sizeof all.doctor, "SIDESTEP_DOCTOR");
  all.disabled = flag("SIDESTEP_DISABLE");
  if (all.disabled) return all;
  all.verbose = flag("SIDESTEP_VERBOSE");
  all.keeps_cache = keeps_cache();
  copy(all.skip, sizeof all.skip, "SIDESTEP_SKIP");
  copy(all.force, sizeof all.force, "SIDESTEP_FORCE");
  copy(all.report, sizeof all.report, "SIDESTEP_REPORT");
  if (const char* prompt = secure_getenv("SIDESTEP_INTERACTIVE"); prompt && *prompt)
    all.interactive = flag("SIDESTEP_INTERACTIVE") ? Interactive::yes : Interactive::no;
  return all;
}

}  // namespace

const Settings& get() {
  static Settings all;
  static bool known = false;  // several threads that race here read the same environment
  if (!known) {
    all = read();
    known = true;
  }
  return all;
}

bool names(const char* list, const char* id) {
  bool found = false;
  each(list, [&](const char* item, unsigned long length) {
    found = found || (strlen(id) == length && !memcmp(item, id, length));
  });
  return found;
}

}  // namespace settings
