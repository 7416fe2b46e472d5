#pragma once
// How the doctor says what it saw: for people, and as JSON.
#include <nlohmann/json.hpp>
#include <string>

#include "cli/examine.hpp"
#include "cli/machine.hpp"

namespace cli {

std::string text_of(const Machine& machine);
std::string text_of(const Words& command, const Examination& seen);

nlohmann::ordered_json json_of(const Machine& machine);
nlohmann::ordered_json json_of(const Words& command, const Examination& seen);

/// Indented, with a newline; bytes that are no UTF-8 are replaced.
std::string dump(const nlohmann::ordered_json& json);

/// Something would hurt that sidestep does not mend. A program that failed before its MPI_Init is
/// such a thing.
bool hurts(const Machine& machine);
bool hurts(const Examination& seen);

}  // namespace cli
