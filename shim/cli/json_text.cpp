// SPDX-License-Identifier: BSD-3-Clause
#include "cli/json_text.hpp"

#include <nlohmann/json.hpp>

#include "known/pattern.hpp"
#include "known/problems.hpp"
#include "sidestep_version.hpp"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

Json object_of(const ExaminedProcess& process) {
  Json ucx = Json::array(), settings = Json::array(), issues = Json::array();
  for (const auto& copy : process.ucx)
    ucx.push_back({{"version", copy.version}, {"path", copy.path}});
  for (const auto& one : process.settings)
    settings.push_back({{"name", one.name}, {"value", one.value}, {"where", one.where}});
  for (const auto& issue : process.issues)
    issues.push_back({{"id", issue.id},
                      {"outcome", issue.outcome},
                      {"why", issue.why},
                      {"hurts", issue.is_problem()}});
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

Json object_of(const std::vector<ExaminedProcess>& processes) {
  Json all = Json::array();
  for (const auto& process : processes) all.push_back(object_of(process));
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

std::string json_of(const Machine& machine) {
  Json facts = Json::array();
  for (const auto& fact : machine.facts)
    facts.push_back({{"name", fact.name},
                     {"value", fact.value},
                     {"path", fact.path},
                     {"remark", fact.remark},
                     {"hurts", fact.is_problem}});
  return dump({{"sidestep", SIDESTEP_VERSION},
               {"machine", facts},
               {"processes", object_of(machine.processes)},
               {"hurts", machine.has_problems()}});
}

std::string json_of(const Words& command, const Examination& seen) {
  return dump({{"sidestep", SIDESTEP_VERSION},
               {"command", command},
               {"processes", object_of(seen.processes)},
               {"ended", describe(seen.verdict)},
               {"output", seen.processes.empty() ? seen.verdict.output : ""},
               {"not_loaded", seen.not_loaded},
               {"lost", seen.lost},
               {"hurts", seen.has_problems()}});
}

std::string json_of_problems(bool fixable) {
  Json all = Json::array();
  for (const auto& problem : known::problems())
    if (problem.fixable == fixable) all.push_back(object_of(problem));
  return dump(all);
}

std::string json_line(const std::vector<std::pair<std::string, std::string>>& members) {
  Json object = Json::object();
  for (const auto& [name, value] : members) object[name] = value;
  return object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace cli
