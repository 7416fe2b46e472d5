#include "remedies/remedy.hpp"
#include "remedies/ucx/advice.hpp"
#include "remedies/ucx/decide.hpp"

namespace remedies {
namespace {

constexpr const char* variable = "UCX_MEMTYPE_CACHE";
constexpr const char* value = "n";

Outcome decide(const Process& process) {
  return ucx::by_variable(process, ucx_memtype_cache, variable, value);
}

}  // namespace

// The cache takes memory for host memory when UCX's hooks missed its allocation, which they do in
// some way in every version (facts: *_ptsz entry points, cuIpcOpenMemHandle, graph nodes, external
// memory up to 1.22). Without a GPU, UCX detects nothing and the cache is not asked.
constinit const Remedy ucx_memtype_cache{
    "ucx-memtype-cache",
    "device memory is taken for host memory: a crash, or garbage in messages",
    "UCX up to the newest, with CUDA or ROCm",
    "UCX is told to keep no memory type cache",
    "https://github.com/openucx/ucx/issues/5061 https://github.com/openucx/ucx/pull/7865",
    decide};

namespace ucx {

const char* memtype_cache(const User& user) {
  return unless_set(user, ucx_memtype_cache, variable, value);
}

}  // namespace ucx
}  // namespace remedies
