// SPDX-License-Identifier: BSD-3-Clause
// crash_unwinding: crashes in a destructor while an exception is on its way.
#include <cstdio>
#include <stdexcept>

namespace {

int* volatile low = reinterpret_cast<int*>(0x10);

struct Guard {
  __attribute__((noinline)) ~Guard() { std::printf("%d\n", *low); }
};

__attribute__((noinline)) void throws() {
  const Guard guard;
  throw std::runtime_error("on its way");
}

}  // namespace

int main() {
  try {
    throws();
  } catch (const std::exception& error) {
    std::printf("still alive: %s\n", error.what());
  }
  return 1;
}
