// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The file of SIDESTEP_REPORT, and that of `sidestep doctor`: one JSON object a line.
#include <cstddef>

namespace process {

/// A JSON object and a newline, built field by field in place: whole after each of them, and JSON
/// whatever the bytes. No value takes more than half of the room that is left, so that the fields
/// after it have room too: a longer one is cut behind a whole character, and ends with "…".
/// Async-signal-safe.
template <std::size_t Size>
class JsonObject {
 public:
  /// Text for people: what is no UTF-8 is replaced by U+FFFD.
  JsonObject& field(const char* name, const char* text) { return add(name, text, false); }
  JsonObject& field(const char* name, long number);
  /// What must come back byte for byte, as a path must: each byte as the character of its number.
  JsonObject& bytes(const char* name, const char* value) { return add(name, value, true); }

  /// "" where there is no field.
  const char* line() const { return line_; }
  std::size_t size() const { return size_; }
  void clear() { size_ = 0, line_[0] = 0; }

 private:
  JsonObject& add(const char* name, const char* text, bool is_binary);

  std::size_t size_ = 0;
  char line_[Size] = {};
};

/// An entry of the report: on the stack of hooks too.
using ReportEntry = JsonObject<2048>;
/// A line of the doctor's, which names paths.
using DiagnosisLine = JsonObject<24 * std::size_t{1024}>;

/// What a remedy came to:
/// {"remedy":ID,"outcome":OUTCOME,"why":WHY,"mpi":LIBRARY,"pid":N,"program":NAME,"host":NAME,
/// "rank":N (under a launcher), "job":NUMBER (in a batch job), "time":SECONDS, "sidestep":VERSION,
/// "command":WORDS}. Async-signal-safe.
ReportEntry report_entry(const char* remedy, const char* outcome, const char* why, const char* mpi,
                         long pid);

/// Appends a line, with its newline, to `file` with one write(2). What a full disk, or a limit,
/// cuts short is ended with a newline: the next line stands by itself. The file is created with
/// mode 0600; a link, what is no regular file, and a file of another user (but root) is not written
/// to. Async-signal-safe; raises no signal; keeps errno.
/// @return nullptr where it was written, else why not
const char* append_line(const char* file, const char* line, std::size_t size);

template <std::size_t Size>
const char* append_line(const char* file, const JsonObject<Size>& object) {
  return append_line(file, object.line(), object.size());
}

/// The same for the file of SIDESTEP_REPORT. Where it cannot be written, rank 0 says so, once.
void write_report(const char* file, const ReportEntry& entry);

}  // namespace process
