// SPDX-License-Identifier: BSD-3-Clause
// doctor, of what uses UCX without MPI, MPI without UCX, or what told UCX already; and whose file
// UCX names.
#include <algorithm>

#include "cli/doctor.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"

using cli_test::doctor;
using cli_test::environment_of;
using cli_test::guest;
using cli_test::outcomes_of;
using cli_test::sidestep;
using tests::build_of;
namespace fs = std::filesystem;

namespace {

/// A UCX that a program may open by itself, or "".
std::string libucp() {
  for (const char* version : {"1.22.0", "1.16.0"})
    if (const auto file = tests::cache() / "ucx" / version / "libucx/lib/libucp.so.0";
        fs::exists(file))
      return file;
  WARN("there is no UCX without MPI here; scripts/setup has them");
  return {};
}

/// Python that calls ucp_init of this API version.
std::string init_ucx(const std::string& library, const std::string& version) {
  return "import ctypes; ctypes.CDLL('" + library + "').ucp_init_version(" + version +
         ", None, None, ctypes.byref(ctypes.c_void_p()))";
}

const cli_test::Environment plain = {{"LD_PRELOAD", std::nullopt}};

}  // namespace

TEST_CASE("doctor: of a program with UCX and no MPI it says nothing of launchers", "[doctor]") {
  const auto library = libucp();
  if (library.empty()) return;
  const std::vector<std::string> program = {"python3", "-c", init_ucx(library, "1, 10")};
  const auto process = doctor(program, plain, 0)["processes"].at(0);
  CHECK(process["mpi"]["path"] == "");
  CHECK(process["ucx"].at(0)["path"] == fs::path(library).replace_filename("libucs.so.0").string());
  auto command = program;
  command.insert(command.begin(), {"doctor", "--all", "--"});
  const auto text = unwrapped(sidestep(command, plain).output);
  CHECK(!has(text, "hydra"));
  CHECK(has(text, " no MPI "));
  CHECK(has(text, "ucx-signals: "));
  CHECK(!has(text, "spawn-"));
}

TEST_CASE("doctor: of a UCX that is not there yet it knows nothing", "[doctor]") {
  const auto environment = environment_of(build_of("3.4.3"));
  const auto process = doctor({guest("call_spawn"), "some"}, environment, 0)["processes"].at(0);
  if (!process["ucx"].empty()) {
    WARN("this MPICH has a UCX");
    return;
  }
  CHECK(has(cli_test::doctor_text({guest("call_spawn"), "some"}, environment, 0),
            " 6 not known before UCX is loaded (--all shows them) "));
  const auto all = unwrapped(
      sidestep({"doctor", "--all", "--", guest("call_spawn"), "some"}, environment).output);
  for (const std::string remedy : {"ucx-signals", "ucx-sighup", "crash-trace"})
    CHECK(has(all, " " + remedy + ": no UCX is loaded yet "));
}

TEST_CASE("doctor: what UCX was told by the environment is not left to the user", "[doctor]") {
  // As MPI.jl: its setting comes after Julia has opened a library past every preload.
  const std::string deepbind = "import ctypes, os; ctypes.CDLL('libm.so.6', 8 | 2); ";
  const std::string mpi_jl = "os.environ['UCX_ERROR_SIGNALS'] = 'SIGILL,SIGBUS,SIGFPE'; ";
  const auto build = build_of("4.2.3");
  const auto python = (build.prefix / "bin/python").string();
  const auto of = [&](const std::string& before) {
    return doctor({python, "-c", before + "from mpi4py import MPI"}, environment_of(build),
                  0)["processes"]
        .at(0);
  };
  auto told = outcomes_of(of(deepbind + mpi_jl));
  CHECK(told["ucx-signals"] == "applied");
  CHECK(told["crash-trace"] == "armed");
  auto left = outcomes_of(of("import os; " + mpi_jl));
  CHECK(left["ucx-signals"] == "left to the user");
}

TEST_CASE("UCX's warning of its version names its own file", "[doctor]") {
  const auto library = libucp();
  if (library.empty()) return;
  const std::vector<std::string> program = {"python3", "-c", init_ucx(library, "9, 99")};
  const auto alone =
      runner::run({program, {{"LD_PRELOAD", std::nullopt}}}, std::chrono::seconds(60));
  auto command = program;
  command.insert(command.begin(), {"run"});
  const auto with = sidestep(command, plain);
  REQUIRE(has(alone.output, "version is incompatible"));
  CHECK(has(alone.output, "(loaded from " + library));
  CHECK(has(with.output, "(loaded from " + library));
}

TEST_CASE("dladdr names the library that an interposed function is from", "[doctor]") {
  const auto build = build_of("4.2.3");
  const auto said = cli_test::output_of(
      {"run", (build.prefix / "bin/python").string(), "-c",
       "import ctypes, os; from mpi4py import MPI\n"
       "class Info(ctypes.Structure): _fields_ = [(n, t) for n, t in zip('fbsa', "
       "(ctypes.c_char_p, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p))]\n"
       "me = ctypes.CDLL(None)\n"
       "for library, name in (build := ctypes.CDLL('libmpi.so.12'), 'MPI_Init'), (me, 'fork'), "
       "(me, 'getpid'):\n"
       "  info = Info(); at = ctypes.cast(getattr(library, name), ctypes.c_void_p).value\n"
       "  print(me.dladdr(ctypes.c_void_p(at), ctypes.byref(info)), "
       "os.path.basename(info.f).decode(), "
       "info.s.decode().lstrip('_'), info.a == at)\n"
       "print(me.dladdr(ctypes.c_void_p(1), ctypes.byref(info)))\n"},
      environment_of(build));
  CHECK(has(said, "1 libmpi.so.12 MPI_Init True\n"));
  CHECK(has(said, "1 libc.so.6 fork True\n"));
  CHECK(has(said, "1 libc.so.6 getpid True\n"));
  CHECK(said.ends_with("\n0\n"));
}
