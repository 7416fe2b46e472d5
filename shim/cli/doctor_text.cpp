// SPDX-License-Identifier: BSD-3-Clause
#include "cli/doctor_text.hpp"

#include <algorithm>

#include "cli/formatted.hpp"
#include "remedies/ucx/decide.hpp"

namespace cli {
namespace {

/// Whether it depends on a UCX that nobody has opened so far.
bool is_open(const Issue& issue) { return issue.why == remedies::ucx::none_yet; }

/// Whether it is about the launcher of an MPI, in a program that has none.
bool has_no_subject(const Issue& issue, const ExaminedProcess& process) {
  return process.mpi.path.empty() && issue.id.starts_with("spawn-") && !issue.is_problem();
}

/// The doctor's word for an outcome.
std::string word(const Issue& issue) {
  if (is_open(issue)) return "not known";
  if (issue.outcome == "applied") return "mended";
  if (issue.outcome == "not needed") return "not affected";
  if (issue.outcome == "wrong") return issue.outcome;
  if (issue.outcome == "cannot help") return "cannot be mended";
  return issue.needed ? "left out" : "left to you";
}

std::string mark(bool problem) { return problem ? "! " : "  "; }

/// Open MPI opens UCX, a plug-in's library, within MPI_Init: further than the doctor goes.
bool may_open_ucx_later(const ExaminedProcess& process) {
  return process.ucx.empty() && process.mpi.version.starts_with("Open MPI");
}

std::string text_of(const Fact& fact, std::size_t width) {
  std::string line = format("{}{:<15} {}", mark(fact.is_problem), fact.name, fact.value);
  if (!fact.path.empty())
    line = format("{}{:<15} {:<{}}  {}", mark(fact.is_problem), fact.name, fact.value, width,
                  fact.path);
  if (!fact.remark.empty()) line += format("\n{:18}{}", "", fact.remark);
  return line + "\n";
}

std::string issues_text(const ExaminedProcess& process) {
  std::string text;
  if (!process.foreign.empty())
    text += format(
        "! {:<19} every rank is 0 of 1: {} is set, the launcher is not this MPI's; start the "
        "program with the mpiexec of this MPI\n",
        "wrong launcher", process.foreign);
  if (!process.spawn_fails.empty())
    text += format("! {:<19} fails here: {}\n", "MPI_Comm_spawn", process.spawn_fails);
  for (const auto& setting : process.settings)
    text +=
        format("  {:<19} {}={}, from {}\n", "setting", setting.name, setting.value, setting.where);
  if (process.mpi.path.empty())
    text += format("  {:<19} {:<16} no MPI is loaded\n", "MPI_Comm_spawn", "not affected");
  for (const auto& issue : process.issues)
    if (!has_no_subject(issue, process))
      text += format("{}{:<19} {:<16} {}\n", mark(issue.is_problem()), issue.id, word(issue),
                     issue.why);
  if (may_open_ucx_later(process))
    text += "  Open MPI opens UCX within MPI_Init, where the doctor does not go\n";
  return text;
}

std::string libraries_text(const ExaminedProcess& process) {
  std::string text;
  if (!process.mpi.path.empty())
    text += format(" over {} ({})", process.mpi.version, process.mpi.path);
  for (const auto& ucx : process.ucx) text += format(", {} ({})", ucx.version, ucx.path);
  return text;
}

}  // namespace

std::string text_of(const Machine& machine) {
  std::string text;
  std::size_t width = 0;
  for (const auto& fact : machine.facts)
    if (!fact.path.empty()) width = std::max(width, fact.value.size());
  for (const auto& fact : machine.facts) text += text_of(fact, width);
  for (const auto& process : machine.processes)
    text += format("\nA program{}:\n{}", libraries_text(process), issues_text(process));
  if (machine.has_problems()) text += "\n! would hurt, and sidestep does not mend it\n";
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
    const auto alike = [&](const ExaminedProcess& other) { return other.is_like(*process); };
    if (std::any_of(seen.processes.begin(), process, alike)) continue;
    const auto count = std::count_if(process, seen.processes.end(), alike);
    text += format("{}{}{}{}:\n{}", text.empty() ? "" : "\n",
                   count > 1 ? format("{} processes, ", count) : "", process->program,
                   libraries_text(*process), issues_text(*process));
  }
  if (seen.processes.empty())
    text += format(
        "{}{}: {}, and was not seen to call MPI_Init{}{}\n", mark(seen.has_problems()), command[0],
        seen.verdict.end == runner::End::works ? "ended (exit 0)" : describe(seen.verdict),
        seen.verdict.output.empty() ? "" : "; it said:\n", seen.verdict.output);
  else if (seen.has_problems())
    text += "\n! would hurt, and sidestep does not mend it\n";
  for (const auto& why : seen.lost) text += format("! not all is known: {}\n", why);
  for (const auto& why : seen.not_loaded) text += mark(seen.has_problems()) + why + "\n";
  if (is_musl(seen.verdict.output))
    text +=
        "! its libc is musl: no library for glibc can be preloaded there, and sidestep is one\n";
  return text;
}

}  // namespace cli
