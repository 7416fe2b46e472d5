// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// On which hosts hydra puts the children of a singleton, where the environment says it. hydra puts
// the singleton itself there too, on the first of them, and fails where that is another host.
#include <string>

#include "programs/launcher.hpp"

namespace relay {

/// What is added to the info of a spawn that names no hosts itself.
struct Placement {
  std::string key, value;  ///< both empty where hydra finds the hosts by itself
};

/// Whether hydra will start its proxies by srun: in an allocation, unless the user names another
/// launcher.
bool starts_by_srun();

Placement placement_for(const programs::Launcher& hydra);

/// A spawn request with the placement in each part that names no hosts itself.
std::string placed(const std::string& spawn, const Placement& placement);

}  // namespace relay
