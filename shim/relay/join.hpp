// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <string>

namespace relay {

/// Run by a hydra before 4.1: lends its PMI connection to the sidestep-relay that listens under
/// `name`, and lasts as long as that one does. @return the program's exit status
int join(const std::string& name);

}  // namespace relay
