#include "cli/library_probe.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/examine.hpp"

namespace cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

std::string text_of(const Json& object, const char* name) {
  return object.value(name, std::string());
}

}  // namespace

ProbedLibrary probe_library(const std::string& library) {
  const auto self = fs::read_symlink("/proc/self/exe").string();
  auto [processes, verdict, _] = examine({self, "probe", library}, std::chrono::seconds(30));
  ProbedLibrary found;
  found.processes = std::move(processes);
  if (!found.processes.empty()) {
    found.version = found.processes[0].mpi.version;
    found.path = found.processes[0].mpi.path;
    return found;
  }
  Json said;
  std::istringstream lines(verdict.output);  // libraries print too
  for (std::string line; std::getline(lines, line);)
    if (auto json = Json::parse(line, nullptr, false); json.is_object()) said = std::move(json);
  if (said.is_object()) {
    found.version = text_of(said, "version");
    found.path = text_of(said, "path");
    found.trouble = text_of(said, "error");
  } else {
    found.trouble = fmt::format("{}: {} when it is loaded", library, describe(verdict));
  }
  // Not there at all: no trouble.
  if (found.trouble.starts_with(library + ": cannot open shared object file: No such file"))
    found.trouble.clear();
  return found;
}

}  // namespace cli
