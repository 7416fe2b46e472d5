"""Bytes that sidestep adds to a process: what is its own, and shared with none (Private_Dirty)."""
import os
import subprocess

from .stage import FORTY, LIBRARY, Figure, compile_c, preloaded

TABLE = "bytes"

# The program asks for itself at its end: nothing of it is gone yet.
ASK = """#include <stdio.h>
#include <string.h>
int main(void) {
  char line[256];
  long all = 0, one;
  FILE* file = fopen("/proc/self/smaps", "r");
  while (fgets(line, sizeof line, file)) if (sscanf(line, "Private_Dirty: %ld", &one) == 1) all += one;
  printf("%ld\\n", all);
  return 0;
}"""


def dirty(library, program):
    """The least of some runs: where the kernel puts things decides whether two of them share a page."""
    def once():
        return int(subprocess.run([program], env=preloaded(library, FORTY), check=True, capture_output=True).stdout)
    return 1024 * min(once() for _ in range(20))


def figures(empty, folder):
    program = compile_c(ASK, os.path.join(folder, "ask"))
    return [Figure("private memory of a small program", *(dirty(library, program) for library in (None, empty, LIBRARY)))]
