// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/remedy.hpp"

#include <stdlib.h>
#include <unistd.h>

#include "base/log.hpp"
#include "process/identity.hpp"
#include "process/settings.hpp"
#include "process/verbose_note.hpp"

namespace remedies {
namespace {

// Texts in place: a pointer would be relocated in every process.
constexpr char names[][20] = {
#define SIDESTEP_REMEDY(subject, name) #name,
#include "remedies/remedies.def"
#undef SIDESTEP_REMEDY
};

/// Whether an id is a remedy's name with dashes.
bool is_id(const char* id, unsigned long length) {
  for (const auto& name : names) {
    unsigned long at = 0;
    while (at < length && name[at] && id[at] == (name[at] == '_' ? '-' : name[at])) ++at;
    if (at == length && !name[at]) return true;
  }
  return false;
}

void warn_of(const char* variable, const char* list, const process::SettingPlace& where) {
  process::each_item(list, [&](const char* item, unsigned long length) {
    if (is_id(item, length)) return;
    char id[64] = {};
    memcpy(id, item, length < sizeof id ? length : sizeof id - 1);
    process::warn(base::Text<1024>()
                  << where.c_str() << (where.empty() ? "" : " ") << variable
                  << " names no remedy: " << id << " (sidestep list shows them)");
  });
}

}  // namespace

const char* word(Result result) {
  switch (result) {
    case Result::applied:
      return "applied";
    case Result::armed:
      return "armed";
    case Result::not_needed:
      return "not needed";
    case Result::left_to_user:
      return "left to the user";
    case Result::cannot_help:
      return "cannot help";
  }
  return "";
}

base::Text<512> line_of(const Remedy& remedy, const Outcome& outcome) {
  base::Text<512> line;
  line << process::rank_mark().c_str() << remedy.id << ": " << word(outcome.result) << " ("
       << outcome.why.c_str() << ")";
  return line;
}

process::ReportEntry entry_of(const Remedy& remedy, const Outcome& outcome, const char* mpi) {
  return process::report_entry(remedy.id, word(outcome.result), outcome.why.c_str(), mpi, getpid());
}

void report(const Remedy& remedy, const Outcome& outcome, const char* mpi) {
  const auto& settings = process::settings();
  if (settings.verbose) process::log_verbose(line_of(remedy, outcome));
  if (*settings.report) process::write_report(settings.report, entry_of(remedy, outcome, mpi));
}

bool is_singleton() { return !getenv("PMI_FD") && !getenv("PMI_PORT"); }

bool is_forced(const Remedy& remedy) {
  return process::list_has(process::settings().force, remedy.id);
}

bool is_left_out(const Remedy& remedy) {
  const auto& settings = process::settings();
  return settings.disabled || process::list_has(settings.skip, remedy.id);
}

Outcome outcome_of(const Remedy& remedy, const ProcessFacts& facts) {
  if (process::settings().disabled)
    return {Result::left_to_user, base::Text<256>() << "SIDESTEP_DISABLE is set"};
  if (is_left_out(remedy))
    return {Result::left_to_user, base::Text<256>() << "SIDESTEP_SKIP names it"};
  Outcome outcome = remedy.decide(facts);
  if (outcome.result == Result::not_needed && is_forced(remedy))
    return {Result::applied, base::Text<256>() << "SIDESTEP_FORCE names it"};
  return outcome;
}

void warn_of_unknown_names() {
  const auto& settings = process::settings();
  warn_of("SIDESTEP_SKIP", settings.skip, settings.skip_where);
  warn_of("SIDESTEP_FORCE", settings.force, settings.force_where);
}

}  // namespace remedies
