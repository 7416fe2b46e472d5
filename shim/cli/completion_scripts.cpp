// SPDX-License-Identifier: BSD-3-Clause
#include "cli/completion_scripts.hpp"

#include "cli/formatted.hpp"

namespace cli {
namespace {

/// What sidestep-mpiexec takes of its own, before mpiexec's options.
constexpr const char* mpiexec_options = "--dry-run --help --version";

std::string names(const std::vector<CompletedSubcommand>& all) {
  std::vector<std::string> names;
  for (const auto& one : all) names.push_back(one.name);
  return formatted("{}", joined(names, " "));
}

/// "explain) choices='ucx-signals … --help' ;;"
std::string cases(const std::vector<CompletedSubcommand>& all) {
  std::string text;
  for (const auto& one : all) {
    auto words = one.words;
    for (const auto& [name, description] : one.options) words.push_back("--" + name);
    text += formatted("    {}) choices='{}' ;;\n", one.name, joined(words, " "));
  }
  return text;
}

/// "doctor --color) values='auto always never' ;;": where it is empty, a file.
std::string value_cases(const std::vector<CompletedSubcommand>& all) {
  std::string text;
  for (const auto& one : all)
    for (const auto& [option, values] : one.values)
      text += formatted("    '{} {}') values='{}' valued=1 ;;\n", one.name, option,
                        joined(values, " "));
  return text;
}

/// "--skip|--report"
std::string valued_of_run(const std::vector<CompletedSubcommand>& all) {
  std::vector<std::string> options;
  for (const auto& one : all)
    if (one.name == "run")
      for (const auto& [option, values] : one.values) options.push_back(option);
  return joined(options, "|");
}

}  // namespace

std::string bash_completion(const std::vector<CompletedSubcommand>& all) {
  return formatted(R"(# bash completion for sidestep and sidestep-mpiexec
_sidestep() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} command=${{COMP_WORDS[1]-}} choices='' values='' valued=0 program=0 i
  COMPREPLY=()
  if [[ $command == run ]]; then
    for ((program = 2; program < COMP_CWORD; program++)); do
      case ${{COMP_WORDS[program]}} in
        --) ((program++)); break ;;
        {0}) ((program++)) ;;
        -*) ;;
        *) break ;;
      esac
    done
  fi
  for ((i = 2; i < COMP_CWORD && !program; i++)); do
    [[ ${{COMP_WORDS[i]}} != -- ]] || program=$((i + 1))
  done
  if ((COMP_CWORD > 1)); then
    case "$command ${{COMP_WORDS[COMP_CWORD - 1]}}" in
{1}    esac
  fi
  if ((valued && (!program || COMP_CWORD < program))); then
    [[ -z $values ]] || mapfile -t COMPREPLY < <(compgen -W "$values" -- "$word")
    return
  fi
  if ((program && COMP_CWORD >= program)) && [[ $command != run || $COMP_CWORD -gt $program || $word != -* ]]; then
    ((COMP_CWORD > program)) || mapfile -t COMPREPLY < <(compgen -c -- "$word") # the user's: a program, then files
    return
  fi
  case $command in
{2}  esac
  ((COMP_CWORD > 1)) || choices='{3} --help --version'
  mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$word")
}}
complete -o bashdefault -o default -F _sidestep sidestep
_sidestep_mpiexec() {{
  local word=${{COMP_WORDS[COMP_CWORD]}}
  COMPREPLY=()
  if [[ $word == -* ]]; then
    ((COMP_CWORD > 1)) || mapfile -t COMPREPLY < <(compgen -W '{4}' -- "$word")
  elif [[ ${{COMP_WORDS[COMP_CWORD - 1]}} != -* ]]; then # behind an option its value, else a program
    mapfile -t COMPREPLY < <(compgen -c -- "$word")
  fi
}}
complete -o bashdefault -o default -F _sidestep_mpiexec sidestep-mpiexec
)",
                   valued_of_run(all), value_cases(all), cases(all), names(all), mpiexec_options);
}

std::string zsh_completion(const std::vector<CompletedSubcommand>& all) {
  std::string commands;
  for (const auto& one : all) commands += formatted("    '{}:{}'\n", one.name, one.description);
  return formatted(R"(#compdef sidestep sidestep-mpiexec
_sidestep() {{
  local -a subcommands
  local choices='' values='' valued=0 program=0
  subcommands=(
{0}  )
  if ((CURRENT == 2)); then
    _describe command subcommands
    compadd -- --help --version
    return
  fi
  if [[ $words[2] == run ]]; then
    for ((program = 3; program < CURRENT; program++)); do
      case $words[program] in
        --) ((program++)); break ;;
        {1}) ((program++)) ;;
        -*) ;;
        *) break ;;
      esac
    done
  else
    (( program = ${{words[(i)--]}} + 1 ))
  fi
  case "$words[2] $words[CURRENT-1]" in
{2}  esac
  if ((valued && CURRENT < program)); then
    if [[ -n $values ]]; then compadd -- ${{=values}}; else _files; fi
    return
  fi
  if ((CURRENT >= program)) && [[ $words[2] != run || $CURRENT -gt $program || $words[CURRENT] != -* ]]; then
    shift $((program - 1)) words # the user's: a program, then its own words
    ((CURRENT -= program - 1))
    _normal
    return
  fi
  case $words[2] in
{3}  esac
  compadd -- ${{=choices}}
  _files
}}
_sidestep_mpiexec() {{
  ((CURRENT > 2)) || compadd -- {4}
  [[ $words[CURRENT-1] == -* ]] || _command_names -e
  _files
}}
_sidestep_either() {{
  if [[ $service == sidestep-mpiexec ]]; then _sidestep_mpiexec "$@"; else _sidestep "$@"; fi
}}
if [[ $funcstack[1] == _sidestep ]]; then _sidestep_either "$@"
else compdef _sidestep sidestep; compdef _sidestep_mpiexec sidestep-mpiexec; fi
)",
                   commands, valued_of_run(all), value_cases(all), cases(all), mpiexec_options);
}

std::string fish_completion(const std::vector<CompletedSubcommand>& all) {
  std::string text =
      "# fish completion for sidestep and sidestep-mpiexec\n"
      "complete -c sidestep -n __fish_use_subcommand -f\n"
      "complete -c sidestep -n __fish_use_subcommand -l help -d 'show what there is'\n"
      "complete -c sidestep -n __fish_use_subcommand -l version -d 'show the version'\n";
  for (const auto& one : all) {
    const auto seen = formatted("'__fish_seen_subcommand_from {}'", one.name);
    text += formatted("complete -c sidestep -n __fish_use_subcommand -a {} -d '{}'\n", one.name,
                      one.description);
    if (!one.words.empty())
      text += formatted("complete -c sidestep -n {} -f -a '{}'\n", seen, joined(one.words, " "));
    for (const auto& [name, description] : one.options) {
      std::string value;
      for (const auto& [option, values] : one.values)
        if (option == "--" + name)
          value = values.empty() ? " -r" : formatted(" -x -a '{}'", joined(values, " "));
      text +=
          formatted("complete -c sidestep -n {} -l {}{} -d '{}'\n", seen, name, value, description);
    }
  }
  text +=
      "complete -c sidestep -n '__fish_seen_subcommand_from run' "
      "-xa '(__fish_complete_subcommand --fcs-skip=2)'\n"
      "complete -c sidestep-mpiexec -l dry-run -d 'print the command, and run nothing'\n"
      "complete -c sidestep-mpiexec -l help -d 'show how it is used'\n"
      "complete -c sidestep-mpiexec -l version -d 'show the version'\n"
      "complete -c sidestep-mpiexec -a '(__fish_complete_command)'\n";
  return text;
}

}  // namespace cli
