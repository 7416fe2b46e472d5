// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <optional>
#include <string>

#include "mpiexec/arguments.hpp"

namespace mpiexec {

struct Library {
  std::string path;     ///< the libmpi, links resolved
  std::string version;  ///< what it says of itself, its first line: "MPICH Version:      4.2.3"
  std::string why;      ///< for people: how it is known
};

/// The libmpi that a program loads. What its loader says of a program that is linked with one;
/// what mpi4py opens, where it is Python or a script for it. Starts neither MPI nor the program.
/// @param command the program's file, and its arguments
std::optional<Library> library_of(Words command);

/// The file that execvp would execute for a program's name, or path; "" where there is none. Where
/// a relative element of PATH finds it (".", an empty one), and another user could have written it,
/// it is not asked anything: "".
std::string file_to_ask(const std::string& program);

/// Whether this program is linked with a library whose file's name begins so.
bool is_linked_with(const std::string& program, const std::string& library);

}  // namespace mpiexec
