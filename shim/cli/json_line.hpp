// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// JSON that others wrote, read by nlohmann's library: one flat object a line.
#include <map>
#include <string>
#include <variant>

namespace cli {

/// The strings and the integers of an object; its other members are left out.
class JsonLine {
 public:
  /// Throws std::exception, whose text says why the line is no JSON object.
  explicit JsonLine(const std::string& line);

  bool has(const std::string& name) const { return members_.contains(name); }
  /// The string of that name. Throws std::invalid_argument where there is none, or no string.
  std::string text(const std::string& name) const;
  /// The same, or this where there is none.
  std::string text_or(const std::string& name, const std::string& otherwise) const;
  /// The bytes of that name, each the character of its number (process::JsonObject::bytes). Other
  /// characters are left as they are. Throws std::invalid_argument.
  std::string bytes(const std::string& name) const;
  /// The integer of that name: 1e99 is none. Throws std::invalid_argument.
  long integer(const std::string& name) const;

 private:
  struct Other {};
  std::map<std::string, std::variant<std::string, long, Other>> members_;
};

}  // namespace cli
