#pragma once
#include "base/text.hpp"

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

/// Appends the entry and a newline to `file` with one write(2). The file is made 0600; a link, what
/// is no regular file, and what another user (but root) owns is not written to. Async-signal-safe;
/// keeps errno.
/// @return nullptr where it was written, else why not
const char* append(const char* file, const Entry& entry);

/// The same for the file of SIDESTEP_REPORT. Where it is not written, rank 0 says so, once.
void give(const char* file, const Entry& entry);

}  // namespace report
