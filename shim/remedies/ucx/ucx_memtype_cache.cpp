#include <string.h>

#include <atomic>
#include <initializer_list>

#include "base/log.hpp"
#include "process/settings.hpp"
#include "remedies/cuda/device_memory.hpp"
#include "remedies/remedy.hpp"
#include "remedies/ucx/advice.hpp"
#include "remedies/ucx/decide.hpp"

namespace remedies {
namespace {

constexpr const char* variable = "UCX_MEMTYPE_CACHE";
constexpr const char* value = "n";

bool has(const char* list, const char* word) {
  bool found = false;
  settings::each(list, [&](const char* item, unsigned long length) {
    found = found || (length == strlen(word) && !strncasecmp(item, word, length));
  });
  return found;
}

/// Two settings of the user's that cannot both be meant: said once, by who reads them first.
void warn(const ucx::Setting& set, const ucx::Setting& mode) {
  static constinit std::atomic_flag said = ATOMIC_FLAG_INIT;
  if (said.test_and_set()) return;
  logging::line(Text<512>() << mode.text.c_str()
                            << " hides device memory from UCX's memory type cache, which is "
                               "therefore off, although "
                            << set.text.c_str() << " (SIDESTEP_SKIP=ucx-memtype-cache leaves it)");
}

Outcome decide(const Process& process) {
  if (!process.ucx) return ucx::by_variable(process, ucx_memtype_cache, variable, value);
  const ucx::User user(process.ucx->path, process.ucx->reads_files());
  const auto mode = ucx::blinding_mode(user);
  if (user.of(variable) && mode && ucx::memtype_cache(user))
    return {Result::applied, Text<256>() << "the cache is off: " << mode.text.c_str() << " is set"};
  auto outcome = ucx::by_variable(process, ucx_memtype_cache, variable, value);
  if (outcome.result == Result::applied && cuda::watches())
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
constinit const Remedy ucx_memtype_cache{
    "ucx-memtype-cache",
    "device memory is taken for host memory: a crash, or garbage in messages",
    "UCX up to the newest, with CUDA or ROCm",
    "UCX is told to keep no memory type cache",
    "https://github.com/openucx/ucx/issues/5061 https://github.com/openucx/ucx/pull/7865",
    decide};

namespace ucx {

Setting blinding_mode(const User& user) {
  const auto mode = user.of("UCX_MEM_CUDA_HOOK_MODE");
  return mode && !has(mode.value.c_str(), "bistro") ? mode : Setting{};
}

const char* memtype_cache(const User& user) {
  const auto set = user.of(variable);
  const auto mode = blinding_mode(user);
  if (!set || !mode || forced(ucx_memtype_cache) || is_off(set))
    return unless_set(user, ucx_memtype_cache, variable, value);
  warn(set, mode);
  return value;
}

bool is_off(const Setting& cache) {
  for (const char* word : {"n", "no", "0", "off"})
    if (!strcasecmp(cache.value.c_str(), word)) return true;
  return false;
}

}  // namespace ucx
}  // namespace remedies
