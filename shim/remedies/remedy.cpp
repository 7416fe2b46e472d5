#include <unistd.h>

#include "base/log.hpp"
#include "process/identity.hpp"
#include "process/settings.hpp"
#include "base/environment.hpp"
#include "remedies/remedy.hpp"

namespace remedies {

const Remedy* const all[count] = {
#define SIDESTEP_REMEDY(name) &name,
#include "remedies/remedies.def"
#undef SIDESTEP_REMEDY
};

const char* word(Result result) {
  switch (result) {
    case Result::applied:
      return "applied";
    case Result::not_needed:
      return "not needed";
    case Result::left_to_user:
      return "left to the user";
    case Result::cannot_help:
      return "cannot help";
  }
  return "";
}

Text<512> line_of(const Remedy& remedy, const Outcome& outcome) {
  Text<512> line;
  // Of many ranks, whose it is; as crash-trace has it.
  if (const int rank = self::told_rank(); rank >= 0) line << "[rank " << rank << "] ";
  line << remedy.id << ": " << word(outcome.result) << " (" << outcome.why.c_str() << ")";
  return line;
}

report::Entry entry_of(const Remedy& remedy, const Outcome& outcome, const char* mpi) {
  return report::entry(remedy.id, word(outcome.result), outcome.why.c_str(), mpi, getpid());
}

void tell(const Remedy& remedy, const Outcome& outcome, const char* mpi) {
  const auto& settings = settings::get();
  if (settings.verbose) logging::line(line_of(remedy, outcome));
  if (*settings.report) report::give(settings.report, entry_of(remedy, outcome, mpi));
}

bool is_singleton() { return !real::environment("PMI_FD") && !real::environment("PMI_PORT"); }

Outcome outcome_of(const Remedy& remedy, const Process& process) {
  const auto& settings = settings::get();
  if (settings.disabled) return {Result::left_to_user, Text<256>() << "SIDESTEP_DISABLE is set"};
  if (settings::names(settings.skip, remedy.id))
    return {Result::left_to_user, Text<256>() << "SIDESTEP_SKIP names it"};
  Outcome outcome = remedy.decide(process);
  if (outcome.result == Result::not_needed && settings::names(settings.force, remedy.id))
    return {Result::applied, Text<256>() << "SIDESTEP_FORCE names it"};
  return outcome;
}

namespace {

void warn(const char* variable, const char* list, const settings::Where& where) {
  settings::each(list, [&](const char* item, unsigned long length) {
    char name[64] = {};
    memcpy(name, item, length < sizeof name ? length : sizeof name - 1);
    for (const Remedy* remedy : all)
      if (!strcmp(remedy->id, name)) return;
    settings::complain(Text<1024>()
                       << where.c_str() << (where.empty() ? "" : " ") << variable
                       << " names no remedy: " << name << " (sidestep list shows them)");
  });
}

}  // namespace

void warn_of_unknown_names() {
  const auto& settings = settings::get();
  warn("SIDESTEP_SKIP", settings.skip, settings.skip_where);
  warn("SIDESTEP_FORCE", settings.force, settings.force_where);
}

}  // namespace remedies
