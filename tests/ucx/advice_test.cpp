// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/ucx/advice.hpp"

#include <filesystem>
#include <string>

#include "remedies/crash/crash_trace.hpp"
#include "remedies/mpich.hpp"
#include "remedies/ucx/ucx_memtype_cache.hpp"
#include "remedies/ucx/ucx_sighup.hpp"
#include "remedies/ucx/ucx_signals.hpp"
#include "support/builds.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"
#include "support/variable.hpp"

using remedies::Result;
using tests::result;

namespace {

/// What UCX is to read where this stands in the ucx.conf of UCX_CONFIG_DIR.
std::string advised_with(const std::string& conf, int which) {
  const tests::Folder folder;
  folder.write("ucx.conf", conf);
  const auto path = folder.path().string();
  const Variable here("UCX_CONFIG_DIR", path.c_str());
  const char* value =
      remedies::ucx::advised(remedies::ucx::all_advice[which], remedies::ucx::User(nullptr));
  return value ? value : "nothing";
}

}  // namespace

TEST_CASE("a ucx.conf that never ends is none", "[ucx]") {
  const tests::Folder folder;
  std::filesystem::create_symlink("/dev/zero", folder.path() / "ucx.conf");
  const Variable here("UCX_CONFIG_DIR", folder.path().c_str());
  CHECK(remedies::ucx::advised(remedies::ucx::all_advice[3], remedies::ucx::User(nullptr)) ==
        std::string("n"));
}

TEST_CASE("UCX is set to what the user did not set", "[ucx]") {
  constexpr int errors = 0, signals = 1, debug = 2, cache = 3;
  CHECK(advised_with("", errors) == "");
  CHECK(advised_with("", signals) == "nothing");
  CHECK(advised_with("", debug) == "0");
  CHECK(advised_with("", cache) == "n");
  CHECK(advised_with("UCX_TLS=tcp\n[cpu: Intel]\nUCX_MEMTYPE_CACHE = y", cache) == "nothing");
  CHECK(advised_with("  UCX_MEMTYPE_CACHE: try ; why\n", cache) == "nothing");
  CHECK(advised_with("#UCX_MEMTYPE_CACHE=y\n;UCX_MEMTYPE_CACHE=y\nUCX_MEMTYPE_CACHE_=y\n", cache) ==
        "n");
  CHECK(advised_with("XUCX_MEMTYPE_CACHE=y\nUCX_MEMTYPE_CACHE\n=y\n", cache) == "n");
  CHECK(advised_with(std::string(100000, 'x') + "\nUCX_DEBUG_SIGNO=SIGUSR1\n", debug) == "nothing");
  CHECK(advised_with("UCX_ERROR_SIGNALS=SIGILL\n", errors) == "nothing");
  // The same for every version: "none", which is of 1.11 and newer, becomes an empty list.
  CHECK(advised_with("UCX_HANDLE_ERRORS=none\n", errors) == "");
  CHECK(advised_with("UCX_HANDLE_ERRORS=bt\n", errors) == "nothing");
  CHECK(!has(advised_with("UCX_HANDLE_ERRORS=bt\n", signals), "SIGSEGV"));
  const Variable own("UCX_DEBUG_SIGNO", "SIGUSR2");
  CHECK(advised_with("", debug) == "nothing");
}

TEST_CASE("what sidestep put into the environment is not the user's", "[ucx]") {
  const Variable marker("SIDESTEP_UCX_SET", "UCX_HANDLE_ERRORS=;UCX_DEBUG_SIGNO=0");
  CHECK(remedies::ucx::set_by_us("UCX_HANDLE_ERRORS", ""));
  CHECK(remedies::ucx::set_by_us("UCX_DEBUG_SIGNO", "0"));
  CHECK_FALSE(remedies::ucx::set_by_us("UCX_HANDLE_ERRORS", "bt"));
  CHECK_FALSE(remedies::ucx::set_by_us("UCX_DEBUG_SIGNO", "01"));
  CHECK_FALSE(remedies::ucx::set_by_us("UCX_MEMTYPE_CACHE", "n"));
  CHECK_FALSE(remedies::ucx::set_by_us("UCX", ""));
}

TEST_CASE("UCX's remedies know its versions", "[ucx]") {
  using namespace remedies;
  using namespace remedies::ucx;
  using crash::crash_trace;
  const auto decide = [](const Remedy& remedy, int major, int minor) {
    const stack::Mpi mpi;
    stack::Ucx described;
    described.major = major, described.minor = minor;
    return remedy.decide({mpi, true, &described}).result;
  };
  CHECK(decide(ucx_signals, 1, 10) == Result::applied);
  CHECK(decide(ucx_signals, 1, 19) == Result::applied);
  CHECK(decide(ucx_signals, 1, 20) == Result::not_needed);
  CHECK(decide(ucx_signals, 2, 0) == Result::not_needed);
  CHECK(decide(ucx_signals, 0, 0) == Result::applied);  // libucs alone does not say
  CHECK(decide(ucx_sighup, 1, 22) == Result::applied);
  CHECK(decide(crash_trace, 1, 22) == Result::not_needed);
  for (const auto* remedy : {&ucx_signals, &ucx_sighup, &ucx_memtype_cache, &crash_trace})
    CHECK(result(*remedy, "4.2.3") == Result::not_needed);  // no UCX
}
