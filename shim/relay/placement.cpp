// SPDX-License-Identifier: BSD-3-Clause
#include "relay/placement.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "programs/executables.hpp"
#include "programs/start.hpp"
#include "programs/untrusted.hpp"
#include "relay/pmi.hpp"
#include "relay/spawn_request.hpp"

namespace relay {
namespace {

/// The hosts of the allocation, separated by commas; "" where they cannot be had.
std::string allocated_hosts() {
  // hydra runs the user's srun anyway, and a site may have given all of Slurm to an account.
  const auto srun = programs::first_in_path("srun");
  const auto scontrol = programs::first_to_run("scontrol", srun.starts_with('/') ? srun : "");
  auto hosts = programs::output_of({scontrol, "show", "hostnames"}, std::chrono::seconds(10));
  while (hosts.ends_with('\n')) hosts.pop_back();
  std::replace(hosts.begin(), hosts.end(), '\n', ',');
  return hosts;
}

}  // namespace

bool starts_by_srun() {
  for (const char* name : {"HYDRA_LAUNCHER", "HYDRA_BOOTSTRAP", "HYDRA_HOST_FILE"})
    if (std::getenv(name)) return false;
  return std::getenv("SLURM_JOB_ID") && !programs::first_in_path("srun").empty();
}

Placement placement_for(const programs::Launcher& hydra) {
  if (const char* file = std::getenv("HYDRA_HOST_FILE")) return {"hostfile", file};
  // From 4.2 on hydra asks srun for proxies on the other hosts alone, and then takes each for that
  // of another: its number is that of its host in the step (slurm_query_proxy_id.c@v5.0.1).
  if (starts_by_srun() && hydra.version >= programs::Version{4, 2, 0})
    if (auto hosts = allocated_hosts(); !hosts.empty()) return {"host", hosts};
  return {};
}

std::string placed(const std::string& spawn, const Placement& placement) {
  std::string all, info;
  std::istringstream lines(spawn);
  int keys = 0;
  bool named = false;
  for (std::string line; std::getline(lines, line); line.clear()) {
    const auto value = line.substr(std::min(line.find('=') + 1, line.size()));
    if (line.starts_with("info_num=")) {
      keys = std::atoi(value.c_str());
    } else if (line.starts_with("info_")) {
      named = named || (line.starts_with("info_key_") && names_hosts(value));
      info += line + "\n";
    } else if (line == "endcmd") {
      if (!named) {
        const auto number = std::to_string(keys++);
        info += "info_key_" + number + "=" + placement.key + "\n";
        info += "info_val_" + number + "=" + placement.value + "\n";
      }
      all += "info_num=" + std::to_string(keys) + "\n" + info + "endcmd\n";
      info.clear(), keys = 0, named = false;
    } else {
      all += line + "\n";
    }
  }
  return all;
}

}  // namespace relay
