// SPDX-License-Identifier: BSD-3-Clause
// Catch2 version 2 wants its main here; version 3 has it in a library (catch2-with-main).
#if !__has_include(<catch2/catch_all.hpp>)
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#endif
