# SPDX-License-Identifier: BSD-3-Clause
"""Debian 11's Julia 1.5.3 over its UCX 1.10, as their packages install them."""
import shutil
import unittest

from installed import folder_of, install, main
from root import needs_root, root_of

ROOT = "long-julia"
# Both threads allocate, and Julia's garbage collector stops them by a SIGSEGV that its own handler answers.
PROGRAM = """
using Libdl
dlopen("libucp.so.0")
allocate() = sum(length(string(i)) for i in 1:3_000_000)
sums = zeros(Int, 2)
Threads.@threads for thread in 1:2
  sums[thread] = allocate()
end
println(sums[1] == sums[2], " ", Threads.nthreads())
"""


@needs_root(ROOT)
class Julia(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = root_of(cls, ROOT)
        shutil.copytree(install(folder_of(cls)), cls.root.path / "opt/sidestep")

    def julia(self, *words):
        return self.root.run("env", "JULIA_NUM_THREADS=2", *words, "julia", "--startup-file=no", "-e", PROGRAM)

    def test_without(self):
        self.assertIn("Caught signal 11", self.julia().stderr)

    def test_with(self):
        done = self.julia("LD_PRELOAD=/opt/sidestep/lib/libsidestep.so")
        self.assertEqual((done.stdout, done.stderr), ("true 2\n", ""))


if __name__ == "__main__":
    main()
