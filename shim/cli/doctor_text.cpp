#include "cli/doctor_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "configuration.hpp"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

/// The doctor's word for an outcome.
std::string word(const Issue& issue) {
  if (issue.outcome == "applied") return "mended";
  if (issue.outcome == "not needed") return "not affected";
  if (issue.outcome == "wrong") return issue.outcome;
  if (issue.outcome == "cannot help") return "cannot be mended";
  return issue.needed ? "left out" : "left to you";
}

std::string mark(bool hurts) { return hurts ? "! " : "  "; }

/// Open MPI opens UCX, a plug-in's library, within MPI_Init: further than the doctor goes.
bool may_open_ucx_later(const Process& process) {
  return process.ucx.empty() && process.mpi.version.starts_with("Open MPI");
}

std::string text_of(const Fact& fact, std::size_t width) {
  std::string line = fmt::format("{}{:<15} {}", mark(fact.hurts), fact.name, fact.value);
  if (!fact.path.empty())
    line = fmt::format("{}{:<15} {:<{}}  {}", mark(fact.hurts), fact.name, fact.value, width,
                       fact.path);
  if (!fact.remark.empty()) line += fmt::format("\n{:18}{}", "", fact.remark);
  return line + "\n";
}

std::string issues_text(const Process& process) {
  std::string text;
  if (!process.foreign.empty())
    text += fmt::format(
        "! {:<19} every rank is 0 of 1: {} is set, the launcher is not this MPI's; start the "
        "program with the mpiexec of this MPI\n",
        "wrong launcher", process.foreign);
  if (!process.spawn_fails.empty())
    text += fmt::format("! {:<19} fails here: {}\n", "MPI_Comm_spawn", process.spawn_fails);
  for (const auto& setting : process.settings)
    text += fmt::format("  {:<19} {}={}, from {}\n", "setting", setting.name, setting.value,
                        setting.where);
  for (const auto& issue : process.issues)
    text +=
        fmt::format("{}{:<19} {:<16} {}\n", mark(issue.hurts()), issue.id, word(issue), issue.why);
  if (may_open_ucx_later(process))
    text += "  Open MPI opens UCX within MPI_Init, where the doctor does not go\n";
  return text;
}

std::string libraries_text(const Process& process) {
  std::string text;
  if (!process.mpi.path.empty())
    text += fmt::format(" over {} ({})", process.mpi.version, process.mpi.path);
  for (const auto& ucx : process.ucx) text += fmt::format(", {} ({})", ucx.version, ucx.path);
  return text;
}

Json json_of(const Process& process) {
  Json ucx = Json::array(), settings = Json::array(), issues = Json::array();
  for (const auto& copy : process.ucx)
    ucx.push_back({{"version", copy.version}, {"path", copy.path}});
  for (const auto& one : process.settings)
    settings.push_back({{"name", one.name}, {"value", one.value}, {"where", one.where}});
  for (const auto& issue : process.issues)
    issues.push_back({{"id", issue.id},
                      {"outcome", issue.outcome},
                      {"why", issue.why},
                      {"hurts", issue.hurts()}});
  return {{"program", process.program},
          {"pid", process.pid},
          {"mpi", {{"version", process.mpi.version}, {"path", process.mpi.path}}},
          {"ucx", ucx},
          {"singleton", process.singleton},
          {"foreign_launcher", process.foreign},
          {"spawn_fails", process.spawn_fails},
          {"settings", settings},
          {"issues", issues},
          {"hurts", process.hurts()}};
}

Json json_of(const std::vector<Process>& processes) {
  Json all = Json::array();
  for (const auto& process : processes) all.push_back(json_of(process));
  return all;
}

bool any_hurts(const std::vector<Process>& processes) {
  return std::any_of(processes.begin(), processes.end(),
                     [](const auto& process) { return process.hurts(); });
}

}  // namespace

std::string text_of(const Machine& machine) {
  std::string text;
  std::size_t width = 0;
  for (const auto& fact : machine.facts)
    if (!fact.path.empty()) width = std::max(width, fact.value.size());
  for (const auto& fact : machine.facts) text += text_of(fact, width);
  for (const auto& process : machine.processes)
    text += fmt::format("\nA program{}:\n{}", libraries_text(process), issues_text(process));
  if (hurts(machine)) text += "\n! would hurt, and sidestep does not mend it\n";
  return text;
}

namespace {

/// What only musl's loader says of the preloaded library.
bool is_musl(const std::string& output) {
  const auto at = output.find("Error relocating ");
  return at != output.npos && output.find("libsidestep.so: ", at) != output.npos;
}

}  // namespace

std::string text_of(const Words& command, const Examination& seen) {
  std::string text;
  for (auto process = seen.processes.begin(); process != seen.processes.end(); ++process) {
    const auto alike = [&](const Process& other) { return other.is_like(*process); };
    if (std::any_of(seen.processes.begin(), process, alike)) continue;
    const auto count = std::count_if(process, seen.processes.end(), alike);
    text += fmt::format("{}{}{}{}:\n{}", text.empty() ? "" : "\n",
                        count > 1 ? fmt::format("{} processes, ", count) : "", process->program,
                        libraries_text(*process), issues_text(*process));
  }
  if (seen.processes.empty())
    text += fmt::format(
        "{}{}: {} before MPI_Init{}{}\n", mark(hurts(seen)), command[0],
        seen.verdict.end == runner::End::works ? "ended (exit 0)" : describe(seen.verdict),
        seen.verdict.output.empty() ? "" : "; it said:\n", seen.verdict.output);
  else if (hurts(seen))
    text += "\n! would hurt, and sidestep does not mend it\n";
  for (const auto& why : seen.not_loaded) text += mark(hurts(seen)) + why + "\n";
  if (is_musl(seen.verdict.output))
    text +=
        "! its libc is musl: no library for glibc can be preloaded there, and sidestep is one\n";
  return text;
}

Json json_of(const Machine& machine) {
  Json facts = Json::array();
  for (const auto& fact : machine.facts)
    facts.push_back({{"name", fact.name},
                     {"value", fact.value},
                     {"path", fact.path},
                     {"remark", fact.remark},
                     {"hurts", fact.hurts}});
  return {{"sidestep", SIDESTEP_VERSION},
          {"machine", facts},
          {"processes", json_of(machine.processes)},
          {"hurts", hurts(machine)}};
}

Json json_of(const Words& command, const Examination& seen) {
  return {{"sidestep", SIDESTEP_VERSION},
          {"command", command},
          {"processes", json_of(seen.processes)},
          {"ended", describe(seen.verdict)},
          {"output", seen.processes.empty() ? seen.verdict.output : ""},
          {"not_loaded", seen.not_loaded},
          {"hurts", hurts(seen)}};
}

std::string dump(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

bool hurts(const Machine& machine) {
  return any_hurts(machine.processes) || std::any_of(machine.facts.begin(), machine.facts.end(),
                                                     [](const auto& fact) { return fact.hurts; });
}

bool hurts(const Examination& seen) {
  return any_hurts(seen.processes) ||
         (seen.processes.empty() && seen.verdict.end != runner::End::works);
}

}  // namespace cli
