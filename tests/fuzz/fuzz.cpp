// SPDX-License-Identifier: BSD-3-Clause
// libFuzzer's two functions: https://llvm.org/docs/LibFuzzer.html
#include "fuzz/fuzz.hpp"

#include <cstdint>

/// The readers ask the environment too: what it says is the same for every input, on every machine.
extern "C" int LLVMFuzzerInitialize(int*, char***) {
  const char* folder = std::getenv("TMPDIR");
  const std::string kept = folder ? folder : "";
  clearenv();
  if (!kept.empty()) setenv("TMPDIR", kept.c_str(), 1);
  setenv("PATH", "/nonexistent", 1);
  setenv("PMI_RANK", "1", 1);  // of a conf file's mistakes rank 0 tells
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::feed(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}
