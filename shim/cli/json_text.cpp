// SPDX-License-Identifier: BSD-3-Clause
#include "cli/json_text.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/doctor_text.hpp"
#include "cli/findings.hpp"
#include "cli/remedy_lookup.hpp"
#include "known/pattern.hpp"
#include "known/problems.hpp"
#include "sidestep_version.hpp"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

Json object_of(const ExaminedProcess& process, const Presence& presence) {
  const auto findings = findings_of(process, presence);
  const auto finding_of = [&](const Issue& issue) {
    return std::find_if(findings.begin(), findings.end(), [&](const auto& one) {
      return one.id == issue.id && one.why == issue.why;
    });
  };
  Json ucx = Json::array(), settings = Json::array(), issues = Json::array();
  for (const auto& copy : process.ucx)
    ucx.push_back({{"version", copy.version}, {"path", copy.path}});
  for (const auto& one : process.settings)
    settings.push_back({{"name", one.name}, {"value", one.value}, {"where", one.where}});
  for (const auto& issue : process.issues) {
    Json one = {{"id", issue.id},
                {"outcome", issue.outcome},
                {"why", issue.why},
                {"hurts", issue.is_problem()}};
    if (const auto found = finding_of(issue); found != findings.end()) {
      one["symptom"] = found->what;
      one["status"] = word(found->status);
      one["todo"] = found->todo;
    }
    issues.push_back(std::move(one));
  }
  return {{"program", process.program},
          {"pid", process.pid},
          {"mpi", {{"version", process.mpi.version}, {"path", process.mpi.path}}},
          {"ucx", ucx},
          {"singleton", process.singleton},
          {"foreign_launcher", process.foreign},
          {"spawn_fails", process.spawn_fails},
          {"settings", settings},
          {"issues", issues},
          {"hurts", process.has_problems()}};
}

Json object_of(const Machine& machine, const Presence& presence) {
  Json all = Json::array();
  for (const auto& mpi : machine.mpis) {
    all.push_back(object_of(mpi.process, presence));
    all.back()["used_by"] = mpi.used_by;
  }
  return all;
}

Json object_of(const std::vector<ExaminedProcess>& processes, const Presence& presence) {
  Json all = Json::array();
  for (const auto& process : processes) all.push_back(object_of(process, presence));
  return all;
}

Json object_of(const known::Problem& problem) {
  Json messages = Json::array();
  for (const auto& message : problem.messages)
    messages.push_back({{"text", known::plain_text(message.text)},
                        {"versions", message.versions},
                        {"source", message.source},
                        {"but", message.but}});
  return {{"id", problem.id},       {"symptom", problem.symptom}, {"versions", problem.versions},
          {"cause", problem.cause}, {"acts", problem.acts},       {"command", problem.command},
          {"cost", problem.cost},   {"messages", messages},       {"words", problem.words},
          {"links", problem.links}};
}

std::string dump(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string json_of(const Machine& machine, const Presence& presence) {
  const auto advice = advice_of(machine, presence);
  Json facts = Json::array();
  for (const auto& fact : machine.facts)
    facts.push_back({{"name", fact.name},
                     {"value", fact.value},
                     {"path", fact.path},
                     {"remark", fact.remark},
                     {"hurts", fact.is_problem}});
  return dump({{"sidestep", SIDESTEP_VERSION},
               {"loaded", word(presence.state)},
               {"machine", facts},
               {"processes", object_of(machine, presence)},
               {"mpiexec_trouble", machine.mpiexec_trouble},
               {"verdict", advice.verdict},
               {"next", advice.next},
               {"hurts", machine.has_problems()}});
}

std::string json_of(const Words& command, const Examination& seen, const Presence& presence) {
  const auto advice = advice_of(command, seen, presence);
  return dump({{"sidestep", SIDESTEP_VERSION},
               {"loaded", word(presence.state)},
               {"command", command},
               {"processes", object_of(seen.processes, presence)},
               {"ended", describe(seen.verdict)},
               {"output", seen.processes.empty() ? seen.verdict.output : ""},
               {"not_loaded", seen.not_loaded},
               {"lost", seen.lost},
               {"verdict", advice.verdict},
               {"next", advice.next},
               {"hurts", seen.has_problems()}});
}

std::string json_of_problems(bool fixable) {
  Json all = Json::array();
  for (const auto& problem : known::problems())
    if (problem.fixable == fixable) all.push_back(object_of(problem));
  return dump(all);
}

}  // namespace cli
