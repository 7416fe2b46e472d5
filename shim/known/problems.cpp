// SPDX-License-Identifier: BSD-3-Clause
#include "known/problems.hpp"

#include <iterator>

#include "known/mpi_limits.hpp"
#include "known/preload_limits.hpp"
#include "known/spawn_problems.hpp"
#include "known/ucx_problems.hpp"

namespace known {
namespace {

std::vector<Problem> gather() {
  std::vector<Problem> all;
  for (auto part : {spawn_problems(), ucx_problems(), mpi_limits(), preload_limits()})
    all.insert(all.end(), std::make_move_iterator(part.begin()),
               std::make_move_iterator(part.end()));
  return all;
}

}  // namespace

const std::vector<Problem>& problems() {
  static const std::vector<Problem> all = gather();
  return all;
}

const Problem* find_problem(const std::string& id) {
  for (const auto& problem : problems())
    if (problem.id == id) return &problem;
  return nullptr;
}

}  // namespace known
