// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/ucx/ucx_memtype_cache.hpp"

#include <string.h>

#include <atomic>
#include <initializer_list>

#include "base/log.hpp"
#include "process/settings.hpp"
#include "remedies/ucx/decide.hpp"

namespace remedies::ucx {
namespace {

constexpr const char* variable = "UCX_MEMTYPE_CACHE";
constexpr const char* value = "n";

bool has_word(const char* list, const char* word) {
  bool found = false;
  process::each_item(list, [&](const char* item, unsigned long length) {
    found = found || (length == strlen(word) && !strncasecmp(item, word, length));
  });
  return found;
}

/// Two settings of the user's that contradict each other: reported once.
void warn(const Setting& set, const Setting& mode) {
  static constinit std::atomic_flag reported = ATOMIC_FLAG_INIT;
  if (reported.test_and_set()) return;
  base::log(base::Text<512>() << mode.text.c_str()
                              << " hides device memory from UCX's memory type cache, which is "
                                 "therefore off, although "
                              << set.text.c_str()
                              << " (SIDESTEP_SKIP=ucx-memtype-cache leaves it)");
}

Outcome decide(const ProcessFacts& facts) {
  if (!facts.ucx) return by_variable(facts, ucx_memtype_cache, variable, value);
  const User user(facts.ucx->path, facts.ucx->reads_files());
  const auto mode = blinding_mode(user);
  if (user.of(variable) && mode && memtype_cache(user))
    return {Result::applied, base::Text<256>()
                                 << "the cache is off: " << mode.text.c_str() << " is set"};
  auto outcome = by_variable(facts, ucx_memtype_cache, variable, value);
  if (outcome.result == Result::applied && facts.keeps_cache)
    outcome.why << ", until cuda-allocations keeps the cache";
  return outcome;
}

}  // namespace

// The cache takes memory for host memory when UCX's hooks missed its allocation, which they do in
// some way in every version (*_ptsz entry points, cuIpcOpenMemHandle, graph nodes, external
// memory up to 1.22). Without a GPU, UCX detects nothing and the cache is not asked. With
// UCX_MEM_CUDA_HOOK_MODE=none it has no hooks at all and the cache is on all the same
// (ucm_cudamem_install, src/ucm/cuda/cudamem.c:391@v1.20.0); with =reloc it misses what is called
// through a pointer.
constinit const Remedy ucx_memtype_cache{"ucx-memtype-cache", decide};

Setting blinding_mode(const User& user) {
  const auto mode = user.of("UCX_MEM_CUDA_HOOK_MODE");
  return mode && !has_word(mode.value.c_str(), "bistro") ? mode : Setting{};
}

const char* memtype_cache(const User& user) {
  const auto set = user.of(variable);
  const auto mode = blinding_mode(user);
  if (!set || !mode || is_forced(ucx_memtype_cache) || is_off(set))
    return unless_set(user, ucx_memtype_cache, variable, value);
  warn(set, mode);
  return value;
}

bool is_off(const Setting& cache) {
  for (const char* word : {"n", "no", "0", "off"})
    if (!strcasecmp(cache.value.c_str(), word)) return true;
  return false;
}

}  // namespace remedies::ucx
