// SPDX-License-Identifier: BSD-3-Clause
#include "matrix/cases.hpp"

#include "cuda/cuda_builds.hpp"
#include "support/text.hpp"
#include "ucx/ucx_builds.hpp"

namespace tests {

namespace {

thread_local std::string last_judged;  // the demo runs several at a time

}  // namespace

const std::string& judged_output() { return last_judged; }

std::string judge(const runner::Verdict& verdict, const std::string& text, int status) {
  last_judged = verdict.output;
  const bool as_wanted =
      verdict.end == runner::End::exited && verdict.number == status && status != 0;
  if (verdict.end != runner::End::works && !as_wanted) return runner::describe(verdict);
  if (status != 0 && !as_wanted) return "exit 0 instead of " + std::to_string(status);
  if (!verdict.left.empty()) return "leaves " + std::to_string(verdict.left.size()) + " processes";
  if (!has(verdict.output, text)) return "does not say " + text;
  return "works";
}

std::vector<Half> all_halves() {
  Half spawn{"MPI_Comm_spawn from a singleton, without and with sidestep", all_builds, {}};
  for (const auto& group : {terminal_cases(), input_cases(), call_cases(), launcher_cases(),
                            end_cases(), batch_cases()})
    spawn.cases.insert(spawn.cases.end(), group.begin(), group.end());
  return {spawn,
          {"A program's own signals with UCX, without and with sidestep", ucx_builds, ucx_cases()},
          {"Device memory with UCX, without and with sidestep", cuda_builds, cuda_cases()}};
}

}  // namespace tests
