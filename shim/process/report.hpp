#pragma once
#include "process/text.hpp"

namespace report {

using Entry = Text<1536>;

/// A JSON object, field by field; strings are escaped. Async-signal-safe.
class Object {
 public:
  Object& field(const char* name, const char* text);
  Object& field(const char* name, long number);
  /// The whole, no newline.
  Entry end();

 private:
  Entry text_;
};

/// One JSON object, no newline:
/// {"remedy":ID,"outcome":OUTCOME,"why":WHY,"mpi":LIBRARY,"pid":N,"program":NAME,"host":NAME} and,
/// under a launcher, "rank":N. Async-signal-safe.
Entry entry(const char* remedy, const char* outcome, const char* why, const char* mpi, long pid);

/// Appends the entry and a newline to `file` with one write(2). The file is made 0600, and neither
/// a link nor anything but a regular file is written to. Async-signal-safe; keeps errno.
/// @return whether it was written
bool append(const char* file, const Entry& entry);

}  // namespace report
