// SPDX-License-Identifier: BSD-3-Clause
#include "cli/json_line.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

/// "[json.exception.parse_error.101] parse error at …": only what comes after the bracket.
std::string reason(const std::exception& error) {
  const std::string text = error.what();
  return text.starts_with("[json") ? text.substr(text.find("] ") + 2) : text;
}

}  // namespace

JsonLine::JsonLine(const std::string& line) try {
  const auto json = Json::parse(line);
  if (!json.is_object()) throw std::invalid_argument("it is no JSON object");
  for (const auto& [name, value] : json.items()) {
    auto& member = members_[name];
    if (value.is_string())
      member = value.get<std::string>();
    else if (value.is_number_integer())
      member = value.get<long>();
    else
      member = Other{};
  }
} catch (const Json::exception& error) {
  throw std::invalid_argument(reason(error));
}

std::string JsonLine::text(const std::string& name) const {
  const auto found = members_.find(name);
  if (found == members_.end()) throw std::invalid_argument("it has no " + name);
  if (const auto* text = std::get_if<std::string>(&found->second)) return *text;
  throw std::invalid_argument("its " + name + " is no string");
}

std::string JsonLine::text_or(const std::string& name, const std::string& otherwise) const {
  return has(name) ? text(name) : otherwise;
}

std::string JsonLine::bytes(const std::string& name) const {
  const auto characters = text(name);  // valid UTF-8: the parser takes nothing else
  std::string bytes;
  for (std::size_t i = 0; i < characters.size(); ++i) {
    const auto lead = static_cast<unsigned char>(characters[i]);
    if (lead == 0xc2 || lead == 0xc3)
      bytes += static_cast<char>((lead & 0x3) << 6 | (characters[++i] & 0x3f));
    else
      bytes += characters[i];
  }
  return bytes;
}

long JsonLine::integer(const std::string& name) const {
  const auto found = members_.find(name);
  if (found == members_.end()) throw std::invalid_argument("it has no " + name);
  if (const auto* number = std::get_if<long>(&found->second)) return *number;
  throw std::invalid_argument("its " + name + " is no integer");
}

}  // namespace cli
