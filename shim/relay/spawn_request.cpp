// SPDX-License-Identifier: BSD-3-Clause
#include "relay/spawn_request.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <sstream>

#include "programs/executables.hpp"
#include "programs/launcher.hpp"
#include "relay/pmi.hpp"

namespace relay {
namespace {

/// Names of other hosts reach hydra by these (hydra's get_parameters.c and
/// bootstrap/external/*_query_node_list.c@v4.2.3).
bool other_hosts_in_environment() {
  for (const char* name : {"HYDRA_HOST_FILE", "HYDRA_BOOTSTRAP", "HYDRA_LAUNCHER", "SLURM_NODELIST",
                           "SLURM_JOB_NODELIST", "PBS_NODEFILE", "LSB_MCPU_HOSTS", "LSB_HOSTS",
                           "LOADL_HOSTFILE", "PE_HOSTFILE", "COBALT_NODEFILE"})
    if (std::getenv(name)) return true;
  return false;
}

std::optional<std::string> cannot_find(const std::string& program, const std::string& info_path,
                                       std::string folder) {
  // hydra joins the info key "path" and the name, changes to "wdir" and calls execvp
  // (pmiserv_spawn.c@v4.2.3).
  const auto name = info_path.empty() ? program : info_path + "/" + program;
  if (folder.empty()) folder = ".";
  if (name.starts_with('/'))
    return programs::is_executable(name) ? std::nullopt
                                         : std::optional("there is no program " + name);
  if (name.find('/') != std::string::npos)
    return programs::is_executable(folder + "/" + name)
               ? std::nullopt
               : std::optional("there is no program " + name + " in " + folder);
  const char* path = std::getenv("PATH");
  for (const auto& at : programs::folders_of(path ? path : programs::default_path))
    if (programs::is_executable((at.starts_with('/') ? at : folder + "/" + at) + "/" + name))
      return {};
  return "there is no program " + name + " in PATH";
}

}  // namespace

bool names_hosts(const std::string& key) {
  return key == "host" || key == "hosts" || key == "hostfile";
}

std::optional<std::string> cannot_carry(const std::string& spawn, const std::string& version) {
  const auto number = programs::find_version(version);
  const bool takes_empty = !number || !programs::knows_pmi_args(*number);
  const bool takes_parts = takes_empty;  // of a spawn of several programs, each by itself
  std::istringstream lines(spawn);
  int arguments = 0, announced = 0;
  std::size_t size = 0;
  for (std::string line; std::getline(lines, line);) {
    size += line.size() + 1;
    if (size > pmi::longest_line)
      return "the arguments have more than 64 KiB in all, too many for hydra: pass the name of a "
             "file that holds them";
    if (!pmi::is_spawn_line(line + "\n"))
      return "an argument holds a newline, which MPICH's PMI cannot carry";
    if (line.starts_with("argcnt=")) {
      announced = pmi::number(line, "argcnt", 0);
    } else if (line.starts_with("arg")) {
      ++arguments;
      if (line.find('=') + 1 == line.size() && !takes_empty)
        return "an argument is empty, which the PMI of MPICH 4.1 and newer cannot carry";
    } else if (line == "endcmd") {
      // libmpi leaves out what exceeds its lines (simple_pmi.c, PMIU_writeline@v3.4.3).
      if (arguments < announced)
        return "an argument has more than 1000 characters, too many for the PMI of MPICH before "
               "4.1";
      arguments = announced = 0;
      if (takes_parts) size = 0;
    }
  }
  return {};
}

std::optional<std::string> cannot_run(const std::string& spawn) {
  if (other_hosts_in_environment()) return {};
  std::istringstream lines(spawn);
  std::string program, key;
  std::map<std::string, std::string> info;
  for (std::string line; std::getline(lines, line);) {
    const auto at = line.find('=');
    const auto text = at == std::string::npos ? "" : line.substr(at + 1);
    if (line.starts_with("execname=")) program = text;
    if (line.starts_with("info_key_")) key = text;
    if (line.starts_with("info_val_")) info[key] = text;
    if (line != "endcmd") continue;
    const bool elsewhere = std::any_of(info.begin(), info.end(),
                                       [](const auto& one) { return names_hosts(one.first); });
    if (!elsewhere)
      if (auto why = cannot_find(program, info["path"], info["wdir"])) return why;
    info.clear();
  }
  return {};
}

}  // namespace relay
