// SPDX-License-Identifier: BSD-3-Clause
// What most tests include, compiled once for each of the two programs. Each test still includes
// what it uses: `scripts/check asan` builds without this.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "support/catch.hpp"
