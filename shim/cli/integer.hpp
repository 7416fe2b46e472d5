#pragma once
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace cli {

/// The integer that stands under that name. Of 1e99, say, nlohmann's own get<long>() makes
/// anything. Throws std::exception where there is none.
inline long integer(const nlohmann::json& json, const char* name) {
  const auto& value = json.at(name);
  if (!value.is_number_integer())
    throw std::invalid_argument(std::string("its ") + name + " is no integer");
  return value.get<long>();
}

}  // namespace cli
