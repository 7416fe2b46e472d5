// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What many ranks wrote by SIDESTEP_REPORT, read together.
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cli {

struct Entry {
  std::string remedy, outcome, why, mpi, program, host;
  long pid = 0;
  std::optional<long> rank = {};
  std::string job, command, sidestep;  ///< "": one of 0.1 and before has none
  long time = 0;                       ///< seconds since 1970; 0: the same
};

struct BadLine {
  std::string file;
  long number = 0;
  std::string why;
};

struct UnreadFile {
  std::string file, why;
};

/// A sidestep-crash-HOST-PID.txt that lay beside a report.
struct Trace {
  std::string file, text;
};

struct Reports {
  std::vector<Entry> entries;
  std::vector<BadLine> bad;
  std::vector<UnreadFile> unread;
  std::vector<Trace> traces;
  std::vector<UnreadFile> passed_over;  ///< what is named like a trace, and is none, or unreadable
  int files = 0;                        ///< that were read
};

/// Reads the files, and the traces in their folders. A line that is no entry, and a file that
/// cannot be read, is noted and passed over.
Reports read_reports(const std::vector<std::string>& files);

using ProcessId = std::pair<std::string, long>;  ///< host, pid

/// What each remedy came to in each process; where it was said more than once, the last.
std::map<ProcessId, std::map<std::string, Entry>> by_process(const Reports& reports);

}  // namespace cli
