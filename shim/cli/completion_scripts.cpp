// SPDX-License-Identifier: BSD-3-Clause
#include "cli/completion_scripts.hpp"

#include "cli/formatted.hpp"

namespace cli {
namespace {

std::string names(const std::vector<CompletedSubcommand>& all) {
  std::vector<std::string> names;
  for (const auto& one : all) names.push_back(one.name);
  return format("{}", joined(names, " "));
}

/// "explain) choices='ucx-signals … --help' ;;"
std::string cases(const std::vector<CompletedSubcommand>& all) {
  std::string text;
  for (const auto& one : all) {
    auto words = one.words;
    for (const auto& [name, description] : one.options) words.push_back("--" + name);
    text += format("    {}) choices='{}' ;;\n", one.name, joined(words, " "));
  }
  return text;
}

}  // namespace

std::string bash_completion(const std::vector<CompletedSubcommand>& all) {
  return format(R"(# bash completion for sidestep
_sidestep() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} command=${{COMP_WORDS[1]-}} choices='' program=0 i
  COMPREPLY=()
  [[ $command != run || $COMP_CWORD -lt 2 ]] || program=2
  for ((i = 2; i < COMP_CWORD && !program; i++)); do
    [[ ${{COMP_WORDS[i]}} != -- ]] || program=$((i + 1))
  done
  if ((program)); then # the user's: a program, then files
    ((COMP_CWORD > program)) || mapfile -t COMPREPLY < <(compgen -c -- "$word")
    return
  fi
  case $command in
{}  esac
  ((COMP_CWORD > 1)) || choices='{} --help --version'
  mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$word")
}}
complete -o bashdefault -o default -F _sidestep sidestep
)",
                cases(all), names(all));
}

std::string zsh_completion(const std::vector<CompletedSubcommand>& all) {
  std::string commands;
  for (const auto& one : all) commands += format("    '{}:{}'\n", one.name, one.description);
  return format(R"(#compdef sidestep
_sidestep() {{
  local -a subcommands
  local choices='' program=0
  subcommands=(
{}  )
  if ((CURRENT == 2)); then
    _describe command subcommands
    compadd -- --help --version
    return
  fi
  [[ $words[2] != run ]] || program=3
  ((program)) || (( program = ${{words[(i)--]}} + 1 ))
  if ((CURRENT >= program)); then # the user's: a program, then its own words
    shift $((program - 1)) words
    ((CURRENT -= program - 1))
    _normal
    return
  fi
  case $words[2] in
{}  esac
  compadd -- ${{=choices}}
  _files
}}
if [[ $funcstack[1] == _sidestep ]]; then _sidestep "$@"; else compdef _sidestep sidestep; fi
)",
                commands, cases(all));
}

std::string fish_completion(const std::vector<CompletedSubcommand>& all) {
  std::string text =
      "# fish completion for sidestep\n"
      "complete -c sidestep -n __fish_use_subcommand -f\n"
      "complete -c sidestep -n __fish_use_subcommand -l help -d 'show what there is'\n"
      "complete -c sidestep -n __fish_use_subcommand -l version -d 'show the version'\n";
  for (const auto& one : all) {
    const auto seen = format("'__fish_seen_subcommand_from {}'", one.name);
    text += format("complete -c sidestep -n __fish_use_subcommand -a {} -d '{}'\n", one.name,
                   one.description);
    if (!one.words.empty())
      text += format("complete -c sidestep -n {} -f -a '{}'\n", seen, joined(one.words, " "));
    for (const auto& [name, description] : one.options)
      text += format("complete -c sidestep -n {} -l {} -d '{}'\n", seen, name, description);
  }
  return text +
         "complete -c sidestep -n '__fish_seen_subcommand_from run' "
         "-xa '(__fish_complete_subcommand --fcs-skip=2)'\n";
}

}  // namespace cli
