# SPDX-License-Identifier: BSD-3-Clause
"""Bytes of a preload that each process has for itself: the pages of its mappings that it has written to."""
import re
import subprocess

from .stage import FORTY, LIBRARY, Figure, preloaded

TABLE = "bytes"


def own(library):
    """Of the library's file, and of its zeroes, a mapping without a name right behind. Private_Dirty would count a file
    that was just built, and is not on the disk yet."""
    smaps = subprocess.run(["cat", "/proc/self/smaps"], env=preloaded(library, FORTY), check=True, capture_output=True,
                           text=True).stdout
    behind, kilobytes = None, 0
    for start, end, name, rest in re.findall(r"^(\w+)-(\w+) \S+ \S+ \S+ \S+ *(.*)\n((?:\w+: .*\n)*)", smaps, re.M):
        if name == library or (not name and start == behind):
            behind = end
            kilobytes += int(re.search(r"^Anonymous: *(\d+) kB", rest, re.M).group(1))
    return 1024 * kilobytes


def figures(empty):
    return [Figure("private memory of a small program", 0, own(empty), own(LIBRARY))]
