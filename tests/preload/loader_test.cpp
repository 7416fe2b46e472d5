// dlsym says the same with the library as without it.
#include "catch.hpp"
#include "preload/builds.hpp"
#include "text.hpp"

namespace {

using namespace std::chrono_literals;

std::string ask(const std::string& guest, bool preloaded, const std::string& cache) {
  const auto folder = preload::built_guests();
  runner::Program program{.argv = {folder / guest, folder / "libask_loader_lower.so"}};
  program.environment["SIDESTEP_UCX_MEMTYPE_CACHE"] = cache;
  if (preloaded) program.environment["LD_PRELOAD"] = preload::library();
  const auto verdict = run(program, 60s);
  INFO(verdict.output);
  CHECK(verdict.end == runner::End::works);
  return verdict.output;
}

}  // namespace

TEST_CASE("dlsym finds what it finds without the shim, from where the caller stands", "[loader]") {
  for (const std::string cache : {"off", "keep"}) {
    const auto plain = ask("ask_loader_profiled", false, cache);
    CHECK(has(plain, "next to the profiler: 1\n"));
    CHECK(has(plain, "called: 101\n"));
    CHECK(ask("ask_loader_profiled", true, cache) == plain);
  }
}

TEST_CASE("who looks for MPI, UCX or CUDA where there is none finds none", "[loader]") {
  for (const std::string cache : {"off", "keep"}) {
    const auto plain = ask("ask_loader", false, cache);
    for (const std::string name : {"MPI_Init", "ucp_init_version", "cuMemAlloc_v2"})
      CHECK(has(plain, name + ": not found, said so\n"));
    CHECK(ask("ask_loader", true, cache) == plain);
  }
}
