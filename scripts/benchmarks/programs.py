"""What an hour at a prompt is made of: a configure script, and git status again and again."""
import os
import statistics
import subprocess
import tempfile
import time

from .stage import LIBRARY, ROOT, empty_library, preloaded

# What configure scripts do: small programs are compiled, run, and looked at with sed, grep and expr.
CONFIGURE = """#!/bin/sh
i=0
while [ $i -lt 60 ]; do
  i=$(expr $i + 1)
  echo "checking for feature $i" | sed 's/feature/function/' | grep -q function || exit 1
  echo "int main(void) { return $i - $i; }" > conf$i.c
  [ $(expr $i % 10) -ne 0 ] || { cc -o conf$i conf$i.c && ./conf$i && rm -f conf$i; } || exit 1
  rm -f conf$i.c
done
"""
GIT = "for i in $(seq 100); do git -C {root} status --short >/dev/null || exit 1; done"


def seconds(script, library, folder):
    started = time.monotonic()
    subprocess.run(["sh", "-c", script], env=preloaded(library), cwd=folder, check=True, capture_output=True, timeout=900)
    return time.monotonic() - started


def programs(rounds):
    """Prints the median of each round's ratios: the kinds run in turn."""
    print(f"seconds, median of {rounds}, and the ratios of an empty preload and of sidestep:")
    for name, script in (("a configure script", CONFIGURE), ("git status, 100 times", GIT.format(root=ROOT))):
        with tempfile.TemporaryDirectory() as folder:
            kinds = [None, empty_library(folder), LIBRARY]
            seconds(script, None, folder)  # warms the caches
            times = [[seconds(script, kind, folder) for kind in kinds] for _ in range(rounds)]
        plain = statistics.median(row[0] for row in times)
        empty, ours = (statistics.median(row[kind] / row[0] for row in times) for kind in (1, 2))
        print(f"  {name:22} {plain:6.2f} {empty:6.3f} {ours:6.3f}")
