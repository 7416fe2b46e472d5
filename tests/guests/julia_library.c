// SPDX-License-Identifier: BSD-3-Clause
int jl_ver_major(void);

int jl_ver_major(void) { return 1; }
