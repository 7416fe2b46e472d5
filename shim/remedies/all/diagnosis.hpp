// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace remedies::all {

/// Before MPI_Init and ucp_init. Where `sidestep doctor` asked (SIDESTEP_DOCTOR names a file):
/// appends to that file what is loaded and what each remedy comes to, and ends the process with
/// status 0. One JSON object a line, each with the process's id: the process, of a singleton each
/// folder of its PATH, each UCX, each remedy's entry of the report, an entry of "settings" for what
/// is wrong with these, {"needed":ID} for what applies here but for the user's SIDESTEP_SKIP or
/// SIDESTEP_DISABLE, and at last {"lines":N}: how many there are of this process. Paths are written
/// byte for byte (JsonObject::bytes). Where a line cannot be written, stderr says so. May lock and
/// allocate.
/// @param caller an address in the object that calls
void write_diagnosis_and_exit(const void* caller);

}  // namespace remedies::all
