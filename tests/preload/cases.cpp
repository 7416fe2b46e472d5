#include "preload/cases.hpp"

namespace preload {

std::string judge(const runner::Verdict& verdict, const std::string& text, int status) {
  const bool as_wanted =
      verdict.end == runner::End::exited && verdict.number == status && status != 0;
  if (verdict.end != runner::End::works && !as_wanted) return runner::describe(verdict);
  if (status != 0 && !as_wanted) return "exit 0 instead of " + std::to_string(status);
  if (!verdict.left.empty()) return "leaves " + std::to_string(verdict.left.size()) + " processes";
  if (verdict.output.find(text) == std::string::npos) return "does not say " + text;
  return "works";
}

std::vector<Case> all_cases() {
  std::vector<Case> all;
  for (const auto& group : {terminal_cases(), input_cases(), call_cases(), launcher_cases(),
                            end_cases(), batch_cases()})
    all.insert(all.end(), group.begin(), group.end());
  return all;
}

}  // namespace preload
