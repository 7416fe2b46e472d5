// SPDX-License-Identifier: BSD-3-Clause
#include "mpiexec/arguments.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "programs/preload.hpp"

namespace mpiexec {
namespace {

using std::size_t;
constexpr std::string_view variable = "LD_PRELOAD", assignment = "LD_PRELOAD=";

// What takes a value in hydra 3.4 to 5.0, Open MPI 4 and 5, and srun, without its dashes: one and
// two dashes are the same to most. An option that is missing here can only make the launcher of
// another MPI be found: SIDESTEP_MPIEXEC names the right one.
constexpr std::string_view with_one_value =
    " n np c f hosts host H hostfile machinefile machine wdir wd path genvlist envlist"
    " configfile app ppn perhost npernode N p t x bind-to map-by rank-by membind bootstrap"
    " launcher rmk iface demux prefix s stdin bootstrap-exec launcher-exec topolib"
    " order-nodes pmi-port profile-interval ckpoint-num ckpoint-prefix ckpointlib"
    " ckpoint-interval outfile-pattern errfile-pattern outfile errfile output-filename"
    " tune am timeout report-uri ompi-server xterm display output runtime-options"
    " personality dvm dvm-uri export w J A D i o e m r ";
constexpr std::string_view with_two_values = " genv env mca gmca omca prtemca pmixmca ";

bool has(std::string_view names, std::string_view name) {
  return names.find(" " + std::string(name) + " ") != names.npos;
}

/// How many words an option takes, itself included.
size_t length_of(std::string_view option) {
  option.remove_prefix(option.starts_with("--") ? 2 : 1);
  return has(with_one_value, option) ? 2 : has(with_two_values, option) ? 3 : 1;
}

/// The index of the program in words[from, to), or `to`.
size_t program_in(const Words& words, size_t from, size_t to) {
  while (from < to && words[from].starts_with('-')) from += length_of(words[from]);
  return std::min(from, to);
}

bool is(const std::string& word, std::string_view option) {
  return word == "-" + std::string(option) || word == "--" + std::string(option);
}

struct Rewritten {
  Words words;
  bool named = false;  ///< the user names LD_PRELOAD, by an option that the launcher has for it
};

/// One program and its options: LD_PRELOAD with the library in it, where the options name it.
Rewritten rewrite(Kind kind, Words words, const std::string& library, const std::string& preload) {
  Rewritten it;
  const auto program = program_in(words, 0, words.size());
  for (size_t at = 0; at + 1 < program; at += length_of(words[at])) {
    auto& value = words[at + 1];
    if (kind == Kind::hydra && at + 2 < program &&
        (is(words[at], "genv") || is(words[at], "env")) && value == variable) {
      words[at + 2] = programs::with_library(words[at + 2], library);
      it.named = it.named || is(words[at], "genv");
    } else if (kind == Kind::open_mpi && is(words[at], "x") &&
               (value == variable || value.starts_with(assignment))) {
      const auto own = value == variable ? preload : value.substr(assignment.size());
      value = std::string(assignment) + programs::with_library(own, library);
      it.named = true;
    }
  }
  it.words = std::move(words);
  return it;
}

/// Open MPI's file of programs, each with options of its own, which -x before it does not reach.
/// What does cannot be mixed with a -x in that file (Open MPI says so, and ends).
bool has_app_file(const Words& words) {
  const auto program = program_in(words, 0, words.size());
  for (size_t at = 0; at < program; at += length_of(words[at]))
    if (is(words[at], "app")) return true;
  return false;
}

Words for_app_file(const Words& words, const std::string& preload,
                   const std::vector<Variable>& variables) {
  Words all = {"--mca", "mca_base_env_list", std::string(assignment) + preload};
  for (const auto& one : variables) all[2] += ";" + one.name;
  all.insert(all.end(), words.begin(), words.end());
  return all;
}

void append(Words& to, const Words& more) { to.insert(to.end(), more.begin(), more.end()); }

/// srun knows one --export; a second would replace it, as it replaces SLURM_EXPORT_ENV.
Words for_slurm(Words words, const std::string& preload, const std::vector<Variable>& variables) {
  const std::string option = "--export";
  const auto with_ours = [&](const std::string& own) {
    std::string all = own == "NONE" || own == "NIL" || own.empty() ? "" : own + ",";
    all += std::string(assignment) + preload;
    for (const auto& one : variables)
      if (("," + own).find("," + one.name + "=") == own.npos) all += "," + one.name;
    return all;
  };
  const auto program = program_in(words, 0, words.size());
  bool named = false;
  for (size_t at = 0; at < program; at += length_of(words[at])) {
    const bool apart = words[at] == option && at + 1 < program;
    if (!apart && !words[at].starts_with(option + "=")) continue;
    named = true;
    if (apart)
      words[at + 1] = with_ours(words[at + 1]);
    else
      words[at] = option + "=" + with_ours(words[at].substr(option.size() + 1));
  }
  const char* own = std::getenv("SLURM_EXPORT_ENV");
  if (!named) words.insert(words.begin(), option + "=" + with_ours(own ? own : "ALL"));
  return words;
}

}  // namespace

std::vector<Words> programs_in(const Words& arguments) {
  std::vector<Words> all;
  for (size_t from = 0; from < arguments.size();) {
    const auto separator =
        std::find(arguments.begin() + static_cast<long>(from), arguments.end(), ":");
    const auto to = static_cast<size_t>(separator - arguments.begin());
    if (const auto at = program_in(arguments, from, to); at < to)
      all.emplace_back(arguments.begin() + static_cast<long>(at), separator);
    from = to + 1;
  }
  return all;
}

Words with_preload(Kind kind, Words words, const std::string& library, const std::string& preload,
                   const std::vector<Variable>& variables) {
  const auto whole = programs::with_library(preload, library);
  if (kind == Kind::slurm) return for_slurm(words, whole, variables);
  if (kind == Kind::open_mpi && has_app_file(words)) return for_app_file(words, whole, variables);
  // hydra's -genv is for all programs, Open MPI's -x for the one that it stands before; a lone ":"
  // separates programs to both, wherever it stands.
  Words ours;
  for (const auto& [name, value] : variables)
    append(ours, kind == Kind::hydra ? Words{"-genv", name, value} : Words{"-x", name});
  const Words preloaded = kind == Kind::hydra ? Words{"-genv", std::string(variable), whole}
                                              : Words{"-x", std::string(assignment) + whole};
  Words all;
  bool first = true, named = false;
  for (auto from = words.begin();;) {
    const auto to = std::find(from, words.end(), ":");
    auto part = rewrite(kind, Words(from, to), library, preload);
    named = named || part.named;
    if (kind == Kind::open_mpi && !part.named) append(all, preloaded);
    if (kind == Kind::open_mpi || first) append(all, ours);
    append(all, part.words);
    first = false;
    if (to == words.end()) break;
    all.push_back(":");
    from = to + 1;
  }
  if (kind == Kind::hydra && !named) all.insert(all.begin(), preloaded.begin(), preloaded.end());
  return all;
}

std::string quoted(const Words& words) {
  std::string line;
  for (const auto& word : words) {
    const bool plain = !word.empty() && word.find_first_not_of(
                                            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                            "0123456789_@%+=:,./-") == word.npos;
    std::string one = plain ? word : "'";
    if (!plain) {
      for (const char character : word)
        one += character == '\'' ? "'\\''" : std::string(1, character);
      one += "'";
    }
    line += (line.empty() ? "" : " ") + one;
  }
  return line;
}

}  // namespace mpiexec
