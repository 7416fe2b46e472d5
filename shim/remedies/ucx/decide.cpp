#include "remedies/ucx/decide.hpp"

#include "remedies/ucx/advice.hpp"

namespace remedies::ucx {

Text<32> name_of(const real::Ucx& ucx) {
  Text<32> name;
  name << "UCX";
  if (ucx.known())
    name << " " << static_cast<long>(ucx.major) << "." << static_cast<long>(ucx.minor) << "."
         << static_cast<long>(ucx.patch);
  return name;
}

Outcome by_variable(const Process& process, const Remedy& remedy, const char* variable,
                    const char* value) {
  Outcome outcome{Result::not_needed, {}};
  if (!process.ucx) {
    outcome.why << "no UCX is loaded";
    return outcome;
  }
  const auto set = User(process.ucx->path, process.ucx->reads_files()).of(variable);
  if (set && !forced(remedy)) {
    outcome.result = Result::left_to_user;
    outcome.why << set.text.c_str() << " is set";
    return outcome;
  }
  outcome.result = Result::applied;
  outcome.why << name_of(*process.ucx).c_str() << " is told " << variable << "=" << value;
  return outcome;
}

}  // namespace remedies::ucx
