# SPDX-License-Identifier: BSD-3-Clause
"""docs/jupyter.md: its command and its cell, in JupyterLab: a cell that spawns, Stop, Restart; without sidestep and with it."""
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import unittest

from installed import CACHE, MPI_BUILDS, environment, folder_of, install, main, works
from pages import ROOT, block_named, blocks

PAGE = ROOT / "docs/jupyter.md"
JUPYTER = CACHE / "docs/bin"
SESSION = ROOT / "tests/docs/lab_session.py"
BUILD = "4.2.3"
DEADLINE = 240  # seconds, after which a program hangs
TOKEN = "of-this-test"
# No browser is here, and the port is any that is free.
OPTIONS = ("--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0", "--ServerApp.port_retries=0",
           f"--IdentityProvider.token={TOKEN}")
PLAIN = json.dumps({"argv": [str(MPI_BUILDS / BUILD / "bin/python"), "-m", "ipykernel_launcher", "-f", "{connection_file}"],
                    "display_name": "MPI", "language": "python"})
WORKS = "spawns: ok\nStop: KeyboardInterrupt\ngoes on: ok\nspawns: ok\nRestart, spawns: ok\n"


def marked(mark):
    """The processes that have it in their environment."""
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes().split(b"\0"):
                yield int(process.name)
        except OSError:
            pass


@unittest.skipUnless((JUPYTER / "jupyter-lab").exists(), f"no JupyterLab in {JUPYTER}: scripts/setup makes it")
@unittest.skipUnless((MPI_BUILDS / BUILD / "bin/python").exists(), f"no MPICH {BUILD}")
class Jupyter(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = folder_of(cls)
        cls.prefix = install(cls.folder)
        cls.command, = (block.text.split() for block in blocks(PAGE) if "run by" in block.marks)

    def session(self, *command, kernel):
        """What comes of a notebook in a JupyterLab that was started so, with that kernel.json."""
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        spec = folder / "share/kernels/mpi/kernel.json"
        spec.parent.mkdir(parents=True)
        spec.write_text(kernel)
        (folder / "cell.py").write_text(block_named("cell.py", "docs/jupyter.md"))
        env = environment(PATH=f"{self.prefix}/bin:{MPI_BUILDS / BUILD}/bin:{JUPYTER}:/usr/bin:/bin", HOME=folder,
                          JUPYTER_PATH=folder / "share", JUPYTER_RUNTIME_DIR=folder / "runtime", TEST_MARK=folder,
                          MALLOC_PERTURB_=None)
        with open(folder / "log", "w", encoding="utf-8") as log:
            lab = subprocess.Popen([*command, *OPTIONS], cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            return works(JUPYTER / "python", SESSION, self.url(lab, folder), TOKEN, folder / "cell.py", env=env)
        finally:
            lab.terminate()
            lab.wait(DEADLINE)
            # What a kernel that ended by itself has left, as the page says.
            for process in marked(f"TEST_MARK={folder}".encode()):
                os.kill(process, signal.SIGKILL)

    def url(self, lab, folder):
        deadline = time.monotonic() + DEADLINE
        while time.monotonic() < deadline and lab.poll() is None:
            for file in (folder / "runtime").glob("jpserver-*.json"):
                if text := file.read_text():
                    return json.loads(text)["url"]
            time.sleep(0.05)
        raise AssertionError(f"JupyterLab did not start:\n{(folder / 'log').read_text()}")

    def test_jupyter_with_sidestep(self):
        self.assertEqual(self.command[:2], ["sidestep", "run"])
        self.assertEqual(self.session(*self.command, kernel=PLAIN), WORKS)

    def test_a_kernel_with_sidestep(self):
        kernel = block_named("mpi-kernel/kernel.json", "docs/jupyter.md")
        self.assertEqual(self.session(*self.command[2:], kernel=kernel), WORKS)

    def test_without(self):
        self.assertEqual(self.session(*self.command[2:], kernel=PLAIN), "spawns: ok\nthe kernel died\n")


if __name__ == "__main__":
    main()
