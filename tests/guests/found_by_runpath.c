// SPDX-License-Identifier: BSD-3-Clause
// Opened by open_by_runpath.
int found_by_runpath(void) { return 42; }
