// SPDX-License-Identifier: BSD-3-Clause
#include "mpiexec/julia_arguments.hpp"

#include <getopt.h>

#include <string_view>

namespace mpiexec {
namespace {

// Those of Julia 1.0 to 1.9 that matter here, or take a value that must not be taken for the
// program (julia --help). The long options that have a short one are returned as its letter; the
// others have no letter. Julia itself reads them by getopt_long, so that abbreviations work there
// too.
enum { keep = 256, drop, startup_file, compiled_modules };
constexpr const char* letters = "+vhqH:e:E:L:J:C:it:p:O:g:";
constexpr option names[] = {{"eval", required_argument, nullptr, 'e'},
                            {"print", required_argument, nullptr, 'E'},
                            {"load", required_argument, nullptr, 'L'},
                            {"home", required_argument, nullptr, 'H'},
                            {"sysimage", required_argument, nullptr, 'J'},
                            {"cpu-target", required_argument, nullptr, 'C'},
                            {"optimize", optional_argument, nullptr, keep},
                            {"project", optional_argument, nullptr, keep},
                            {"check-bounds", required_argument, nullptr, keep},
                            {"inline", required_argument, nullptr, keep},
                            {"math-mode", required_argument, nullptr, keep},
                            {"pkgimages", required_argument, nullptr, keep},
                            {"startup-file", required_argument, nullptr, startup_file},
                            {"compiled-modules", required_argument, nullptr, compiled_modules},
                            {"version", no_argument, nullptr, 'v'},
                            {"help", no_argument, nullptr, 'h'},
                            {"threads", required_argument, nullptr, drop},
                            {"procs", required_argument, nullptr, drop},
                            {"machine-file", required_argument, nullptr, drop},
                            {"color", required_argument, nullptr, drop},
                            {"depwarn", required_argument, nullptr, drop},
                            {"handle-signals", required_argument, nullptr, drop},
                            {}};

}  // namespace

std::optional<JuliaProgram> read_julia(const Words& command) {
  JuliaProgram it{.options = {}, .sources = {}, .startup_file = true};
  Words words = command;
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const int count = static_cast<int>(words.size());
  bool has_text = false;
  opterr = 0;
  optind = 0;  // glibc: from the start, whatever was read before
  for (int before = 1, found;
       (found = getopt_long(count, argv.data(), letters, names, nullptr)) != -1; before = optind) {
    const std::string value = optarg ? optarg : "";
    if (found == 'v' || found == 'h') return {};
    if (found == compiled_modules && value == "no") return {};
    if (found == startup_file && value == "no") it.startup_file = false;
    if (found == 'L') it.sources.insert(it.sources.end(), {"--load", value});
    if (found == 'e' || found == 'E')
      it.sources.insert(it.sources.end(), {"--eval", value}), has_text = true;
    if (found == keep || (found < keep && std::string_view("HJCOg").find(
                                              static_cast<char>(found)) != std::string_view::npos))
      it.options.insert(it.options.end(), argv.begin() + before, argv.begin() + optind);
  }
  if (!has_text) {
    if (optind >= count) return {};  // a prompt, or a program that comes by stdin
    it.sources.insert(it.sources.end(), {"--load", words[static_cast<std::size_t>(optind)]});
  }
  return it;
}

}  // namespace mpiexec
