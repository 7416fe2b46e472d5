// SPDX-License-Identifier: BSD-3-Clause
// A tool that is preloaded behind others, and says what getenv returns.
char* getenv(const char* name) { return (void)name, (char*)"the tool's"; }
