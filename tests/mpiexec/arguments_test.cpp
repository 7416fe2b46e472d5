// SPDX-License-Identifier: BSD-3-Clause
// What sidestep-mpiexec makes of a launcher's arguments.
#include "mpiexec/arguments.hpp"

#include <stdlib.h>

#include "mpiexec/julia_arguments.hpp"
#include "support/catch.hpp"

using mpiexec::Kind;
using mpiexec::Words;

namespace {

const std::string ours = "/p/libsidestep.so";

Words preloaded(Kind kind, const Words& words, const std::string& preload = "") {
  return mpiexec::with_preload(kind, words, ours, preload, {{"SIDESTEP_VERBOSE", "1"}});
}

std::string programs_of(const Words& words) {
  std::string all;
  for (const auto& program : mpiexec::programs_in(words)) all += " " + program[0];
  return all.empty() ? "none" : all.substr(1);
}

}  // namespace

TEST_CASE("the program is found behind the launcher's options", "[launch]") {
  CHECK(programs_of({"-n", "4", "./a", "-n", "5"}) == "./a");
  CHECK(programs_of({"--bind-to", "core", "--mca", "btl", "self", "-np", "2", "a"}) == "a");
  CHECK(programs_of({"-genv", "A", "b", "-launcher", "ssh", "-l", "a"}) == "a");
  CHECK(programs_of({"--ntasks=4", "a"}) == "a");
  CHECK(programs_of({"-n", "1", "a", ":", "-n", "2", "b", "c"}) == "a b");
  CHECK(programs_of({"-configfile", "a", ":", "b"}) == "b");
  CHECK(programs_of({"-n"}) == "none");
  CHECK(programs_of({}) == "none");
}

TEST_CASE("what a Julia will run is read off its command line", "[launch]") {
  const auto read = [](const Words& words) {
    Words all = {"julia"};
    all.insert(all.end(), words.begin(), words.end());
    const auto it = mpiexec::read_julia(all).value_or(mpiexec::JuliaProgram{});
    all = it.options;
    all.push_back(it.startup_file ? "|~|" : "|");
    all.insert(all.end(), it.sources.begin(), it.sources.end());
    return all;
  };
  CHECK(read({"a.jl", "-e", "b"}) == Words{"|~|", "--load", "a.jl"});
  CHECK(read({"--project=p", "-t", "4", "--", "a.jl"}) ==
        Words{"--project=p", "|~|", "--load", "a.jl"});
  CHECK(read({"-Jsys.so", "-O", "3", "--check-bounds", "yes", "--threads", "2", "a.jl"}) ==
        Words{"-Jsys.so", "-O", "3", "--check-bounds", "yes", "|~|", "--load", "a.jl"});
  CHECK(read({"--startup-file=no", "-L", "a.jl", "-e", "using A", "arg"}) ==
        Words{"|", "--load", "a.jl", "--eval", "using A"});
  CHECK(read({"--proj=p", "a.jl"}) == Words{"--proj=p", "|~|", "--load", "a.jl"});
  for (const Words& nothing :
       {Words{}, Words{"-i"}, Words{"--version"}, Words{"--compiled-modules=no", "a.jl"}})
    CHECK(read(nothing) == Words{"|"});
}

TEST_CASE("hydra: one LD_PRELOAD for all programs", "[launch]") {
  CHECK(preloaded(Kind::hydra, {"-n", "1", "a", ":", "b", ""}) ==
        Words{"-genv", "LD_PRELOAD", ours, "-genv", "SIDESTEP_VERBOSE", "1", "-n", "1", "a", ":",
              "b", ""});
  CHECK(preloaded(Kind::hydra, {"a"}, "/q/libsidestep.so:/c.so")[2] == ours + ":/c.so");
}

TEST_CASE("hydra: the user's own LD_PRELOAD stays", "[launch]") {
  CHECK(preloaded(Kind::hydra, {"-genv", "LD_PRELOAD", "/c.so", "a", "-genv", "LD_PRELOAD", "x"}) ==
        Words{"-genv", "SIDESTEP_VERBOSE", "1", "-genv", "LD_PRELOAD", ours + ":/c.so", "a",
              "-genv", "LD_PRELOAD", "x"});
  CHECK(preloaded(Kind::hydra, {"-env", "LD_PRELOAD", "/c.so", "a", ":", "b"}) ==
        Words{"-genv", "LD_PRELOAD", ours, "-genv", "SIDESTEP_VERBOSE", "1", "-env", "LD_PRELOAD",
              ours + ":/c.so", "a", ":", "b"});
}

TEST_CASE("Open MPI: an LD_PRELOAD for each program", "[launch]") {
  const std::string value = "LD_PRELOAD=" + ours;
  CHECK(preloaded(Kind::open_mpi, {"a", ":", "b"}) == Words{"-x", value, "-x", "SIDESTEP_VERBOSE",
                                                            "a", ":", "-x", value, "-x",
                                                            "SIDESTEP_VERBOSE", "b"});
  CHECK(preloaded(Kind::open_mpi, {"-x", "LD_PRELOAD", "a", "-x", "LD_PRELOAD"}, "/c.so") ==
        Words{"-x", "SIDESTEP_VERBOSE", "-x", value + ":/c.so", "a", "-x", "LD_PRELOAD"});
  CHECK(preloaded(Kind::open_mpi, {"-x", "LD_PRELOAD=/d.so", "a"}, "/c.so") ==
        Words{"-x", "SIDESTEP_VERBOSE", "-x", value + ":/d.so", "a"});
  CHECK(preloaded(Kind::open_mpi, {"--app", "file"}) ==
        Words{"--mca", "mca_base_env_list", value + ";SIDESTEP_VERBOSE", "--app", "file"});
}

TEST_CASE("srun: one --export, which says all that the user's own says", "[launch]") {
  unsetenv("SLURM_EXPORT_ENV");
  const std::string library = "LD_PRELOAD=" + ours, all = library + ",SIDESTEP_VERBOSE";
  const auto exported = [](const Words& words) { return preloaded(Kind::slurm, words); };
  CHECK(exported({"-n", "1", "a", "--export=B"}) ==
        Words{"--export=ALL," + all, "-n", "1", "a", "--export=B"});
  CHECK(exported({"--export=ALL,B=c", "a"}) == Words{"--export=ALL,B=c," + all, "a"});
  CHECK(exported({"--export", "ALL,B=c", "a"}) == Words{"--export", "ALL,B=c," + all, "a"});
  CHECK(exported({"--export=SIDESTEP_VERBOSE=0", "a"}) ==
        Words{"--export=SIDESTEP_VERBOSE=0," + library, "a"});
  CHECK(exported({"--export=NONE", "a"}) == Words{"--export=" + all, "a"});
  CHECK(exported({"--export=NIL", "a"}) == Words{"--export=" + all, "a"});
  setenv("SLURM_EXPORT_ENV", "B", 1);
  CHECK(exported({"a"}) == Words{"--export=B," + all, "a"});
  CHECK(exported({"--export=C", "a"}) == Words{"--export=C," + all, "a"});
  unsetenv("SLURM_EXPORT_ENV");
}

TEST_CASE("a line that a shell reads back", "[launch]") {
  CHECK(mpiexec::quoted({"a", "b c", "", "it's", "$x", "p=/q:r"}) ==
        "a 'b c' '' 'it'\\''s' '$x' p=/q:r");
}
