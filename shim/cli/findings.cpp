// SPDX-License-Identifier: BSD-3-Clause
#include "cli/findings.hpp"

#include <algorithm>

#include "cli/formatted.hpp"
#include "cli/remedy_lookup.hpp"
#include "remedies/ucx/decide.hpp"

namespace cli {
namespace {

using Status = Finding::Status;

/// Whether it is about the launcher of a spawn's children: of no use where no spawn can work.
bool is_of_spawn(const Issue& issue) {
  return issue.id.starts_with("spawn-") && issue.id != "spawn-stale-pmi";
}

Status status_if_applied(const Presence& presence) {
  switch (presence.state) {
    case Presence::State::loaded:
      return Status::fixed;
    case Presence::State::switched_off:
      return Status::switched_off;
    default:
      return Status::would_be_fixed;
  }
}

Status status_of(const Issue& issue, const ExaminedProcess& process, const Presence& presence) {
  if (issue.outcome == "wrong") return Status::wrong_setting;
  if (issue.why == remedies::ucx::none_yet) return Status::not_known;
  if (issue.outcome == "not needed") return Status::not_affected;
  if (is_of_spawn(issue) && !process.spawn_fails.empty()) return Status::no_use;
  if (issue.outcome == "cannot help") return Status::cannot_be_fixed;
  if (issue.outcome == "left to the user")
    return issue.needed ? Status::switched_off : Status::left_to_you;
  return issue.outcome == "armed" ? Status::ready : status_if_applied(presence);
}

bool is_disabled(const Finding& finding) {
  return finding.why.find("SIDESTEP_DISABLE") != finding.why.npos;
}

Finding finding_of(const Issue& issue, const ExaminedProcess& process, const Presence& presence) {
  const auto* remedy = find_remedy(issue.id);
  Finding it{status_of(issue, process, presence), issue.id, remedy ? remedy->symptom : issue.why,
             issue.why, ""};
  if (it.status == Status::cannot_be_fixed) it.todo = issue.why;
  if (it.status == Status::switched_off && !is_disabled(it))
    it.todo = formatted("take {} out of SIDESTEP_SKIP", issue.id);
  return it;
}

/// "MPICH 4.0.2 … has no MPI_Comm_spawn: take MPICH 4.3": what is wrong, and what to do.
Finding of_failing_spawn(const std::string& why) {
  const auto colon = why.find(": ");
  const bool says_both = colon != why.npos;
  return {Status::cannot_be_fixed, "", formatted("MPI_Comm_spawn fails: {}", why.substr(0, colon)),
          why, says_both ? why.substr(colon + 2) : ""};
}

}  // namespace

std::vector<Finding> findings_of(const ExaminedProcess& process, const Presence& presence) {
  std::vector<Finding> all;
  if (!process.foreign.empty())
    all.push_back({Status::cannot_be_fixed, "",
                   formatted("every rank is rank 0 of 1: {} is set, so another MPI's launcher "
                             "started the program",
                             process.foreign),
                   process.foreign,
                   "start the program with the mpiexec of its own MPI: sidestep-mpiexec finds it"});
  if (!process.spawn_fails.empty()) all.push_back(of_failing_spawn(process.spawn_fails));
  for (const auto& issue : process.issues)
    // In a program without MPI nothing is to be said of launchers.
    if (!process.mpi.path.empty() || !issue.id.starts_with("spawn-") || issue.is_problem())
      all.push_back(finding_of(issue, process, presence));
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.status < b.status; });
  return all;
}

std::string word(Finding::Status status) {
  switch (status) {
    case Status::cannot_be_fixed:
      return "cannot be fixed";
    case Status::wrong_setting:
      return "not understood";
    case Status::switched_off:
      return "switched off";
    case Status::would_be_fixed:
      return "sidestep would fix it";
    case Status::fixed:
      return "sidestep fixes it";
    case Status::left_to_you:
      return "left to you";
    case Status::not_known:
      return "not known yet";
    case Status::ready:
      return "ready for a crash";
    case Status::no_use:
      return "of no use here";
    case Status::not_affected:
      return "not affected";
  }
  return "";
}

void Tally::add(const Finding& finding) {
  cannot_be_fixed += finding.status == Status::cannot_be_fixed;
  wrong_settings += finding.status == Status::wrong_setting;
  switched_off += finding.status == Status::switched_off;
  is_disabled =
      is_disabled || (finding.status == Status::switched_off && cli::is_disabled(finding));
  would_be_fixed += finding.status == Status::would_be_fixed;
  fixed += finding.status == Status::fixed;
  not_known += finding.status == Status::not_known;
}

}  // namespace cli
