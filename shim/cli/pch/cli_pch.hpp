// SPDX-License-Identifier: BSD-3-Clause
// What most units of the command include, compiled once. Each unit still includes what it uses:
// `scripts/check tidy` reads it without this.
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <variant>
#include <vector>
