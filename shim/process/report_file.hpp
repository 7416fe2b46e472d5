// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The file of SIDESTEP_REPORT, and that of `sidestep doctor`: one JSON object a line.
#include "base/text.hpp"

namespace process {

using ReportEntry = base::Text<1536>;

/// A JSON object, built field by field; strings are escaped. Async-signal-safe.
class JsonObject {
 public:
  JsonObject& field(const char* name, const char* text);
  JsonObject& field(const char* name, long number);
  /// The whole object, no newline.
  ReportEntry end();

 private:
  ReportEntry text_;
};

/// What a remedy came to, as one JSON object, no newline:
/// {"remedy":ID,"outcome":OUTCOME,"why":WHY,"mpi":LIBRARY,"pid":N,"program":NAME,"host":NAME} and,
/// under a launcher, "rank":N. Async-signal-safe.
ReportEntry report_entry(const char* remedy, const char* outcome, const char* why, const char* mpi,
                         long pid);

/// Appends the entry and a newline to `file` with one write(2). The file is created with mode 0600;
/// a link, what is no regular file, and a file of another user (but root) is not written to.
/// Async-signal-safe; keeps errno.
/// @return nullptr where it was written, else why not
const char* append_entry(const char* file, const ReportEntry& entry);

/// The same for the file of SIDESTEP_REPORT. Where it cannot be written, rank 0 says so, once.
void write_report(const char* file, const ReportEntry& entry);

}  // namespace process
