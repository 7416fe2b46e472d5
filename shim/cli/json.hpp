#pragma once
// JSON, read and written by nlohmann's library. No other unit includes that.
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "cli/examine.hpp"
#include "cli/machine.hpp"

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
  /// The integer of that name: 1e99 is none. Throws std::invalid_argument.
  long integer(const std::string& name) const;

 private:
  struct Other {};
  std::map<std::string, std::variant<std::string, long, Other>> members_;
};

// What the command prints. Indented, with a newline; bytes that are no UTF-8 are replaced.

/// What the doctor saw.
std::string json_of(const Machine& machine);
std::string json_of(const Words& command, const Examination& seen);

/// All remedies: [{"id","symptom","versions","acts","links":[...]}]
std::string json_of_remedies();

/// {"NAME":VALUE,...} in one line: what `sidestep probe` prints.
std::string json_line(const std::vector<std::pair<std::string, std::string>>& members);

}  // namespace cli
