// SPDX-License-Identifier: BSD-3-Clause
#include "programs/preload.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <vector>

#include "installed_paths.hpp"
#include "programs/executables.hpp"
#include "programs/untrusted.hpp"

namespace programs {

namespace fs = std::filesystem;

namespace {

constexpr const char* library_name = "libsidestep.so";
constexpr const char* verbose_name = "libsidestep-verbose.so";
constexpr const char* separators = " \t\n:";  // of LD_PRELOAD

std::vector<fs::path> items_of(std::string_view preload) {
  std::vector<fs::path> items;
  while (!preload.empty()) {
    const auto end = std::min(preload.find_first_of(": "), preload.size());
    if (end) items.emplace_back(preload.substr(0, end));
    preload.remove_prefix(std::min(end + 1, preload.size()));
  }
  return items;
}

/// What LD_PRELOAD names besides sidestep's libraries.
std::vector<std::string> others(std::string_view preload) {
  std::vector<std::string> items;
  for (const auto& item : items_of(preload))
    if (item.filename() != library_name && item.filename() != verbose_name) items.push_back(item);
  return items;
}

std::string joined(const std::vector<std::string>& items) {
  std::string all;
  for (const auto& item : items) all += (all.empty() ? "" : ":") + item;
  return all;
}

}  // namespace

fs::path preload_library() {
  const fs::path program = own_file();
  auto path = (program.parent_path() / SIDESTEP_LIB_FROM_BIN / library_name).lexically_normal();
  if (!fs::exists(path))
    throw std::runtime_error(path.string() + " is missing: install sidestep again");
  if (const auto why = why_not_own(path); !why.empty())
    throw std::runtime_error(path.string() + " is not loaded: " + why);
  if (path.string().find_first_of(separators) != std::string::npos)
    throw std::runtime_error(
        path.string() +
        ": LD_PRELOAD cannot hold a path with blanks or colons; install sidestep elsewhere");
  return path;
}

std::string verbose_library() {
  const auto path = libexec_file(verbose_name);
  const bool usable = fs::exists(path) &&
                      path.string().find_first_of(separators) == std::string::npos &&
                      why_not_own(path).empty();
  return usable ? path.string() : "";
}

std::string library_in(std::string_view preload) {
  for (const auto& item : items_of(preload))
    if (item.filename() == library_name) return item;
  return {};
}

std::string with_library(std::string_view preload, const std::string& library) {
  auto items = others(preload);
  const auto is_sanitizer = [](const fs::path& item) {
    const auto name = item.filename().string();
    return name.starts_with("libasan") || name.starts_with("libtsan") ||
           name.starts_with("libclang_rt");
  };
  const auto after = std::find_if_not(items.begin(), items.end(), is_sanitizer);
  items.insert(after, library);
  return joined(items);
}

std::string without_library(std::string_view preload) {
  const bool ours =
      preload.find(library_name) != preload.npos || preload.find(verbose_name) != preload.npos;
  return ours ? joined(others(preload)) : std::string(preload);
}

std::string remove_from_environment() {
  const char* preload = std::getenv("LD_PRELOAD");
  std::string before = preload ? preload : "";
  const auto others = without_library(before);
  others.empty() ? unsetenv("LD_PRELOAD") : setenv("LD_PRELOAD", others.c_str(), 1);
  return before;
}

}  // namespace programs
