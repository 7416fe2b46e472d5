// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// A problem, as people read it.
#include <string>

#include "known/problem.hpp"

namespace cli {

/// "sidestep fixes this", or that it cannot.
std::string verdict_of(const known::Problem& problem);

/// One field: its name in a column, and its text beside it, in lines of at most `width` columns.
std::string field(const std::string& name, const std::string& text, int width = 80);
/// The same in one line, whole: what is to be copied, or is somebody else's.
std::string whole_field(const std::string& name, const std::string& text);

/// The id and the symptom, the message that it shows, what is affected, what is done.
std::string summary_of(const known::Problem& problem);

/// All that is known of it.
/// @param found lines that follow the first: where it was found
std::string text_of(const known::Problem& problem, const std::string& found = {});

/// Bytes of somebody else's log, as a terminal may get them: what is no UTF-8 is replaced, and what
/// would move a cursor or change a colour is left out.
std::string harmless(const std::string& text);

}  // namespace cli
