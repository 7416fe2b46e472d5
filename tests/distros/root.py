# SPDX-License-Identifier: BSD-3-Clause
"""A clean root of a release of Debian or Ubuntu, as scripts/setup made it, to do in it what a user does.

What is written there lies in a layer of its own, in memory, and all that is started there is in a process namespace of
its own: both go with the test, however that ends.
"""
import os
import pathlib
import shutil
import subprocess
import unittest

from installed import CACHE, MPI_BUILDS, run, works

ROOTS = CACHE / "roots"

# $1 is the tree. What the layer is mounted on is any folder: nobody outside of this namespace sees it.
MOUNT = """set -e
mount -t tmpfs tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay -o "lowerdir=$1,upperdir=/mnt/upper,workdir=/mnt/work" overlay /mnt/root
"""
# The last command is the namespace's process 1: bash, which reaps orphans. It ends when we do, for its input ends then,
# and all with it.
HOLD = MOUNT + """cd /mnt/root
mount --rbind /dev dev
mount -t tmpfs tmpfs dev/shm
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
printf '127.0.0.1 localhost %s\\n' "$(hostname)" >etc/hosts
exec chroot . bash -c 'echo ready; read'
"""


def why_not(name):
    """Why this machine has not got that root; nothing if it has."""
    if os.geteuid():
        return "only root can enter a clean root"
    if name.startswith("long-") and os.environ.get("SIDESTEP_TEST_LONG") != "1":
        return "it is long: SIDESTEP_TEST_LONG=1 is not set"
    if not (ROOTS / name / "tree").is_dir():
        return f"no {ROOTS / name}: scripts/setup makes it"
    tried = run("unshare", "--mount", "--pid", "--fork", "sh", "-c", MOUNT, "sh", ROOTS / name / "tree")
    return "" if tried.returncode == 0 else f"nothing can be mounted here: {tried.stderr.strip()}"


def needs_root(name):
    """Leaves a test out where there is no such root, and says why."""
    why = why_not(name)
    return unittest.skipIf(why, why)


class Root:
    """One clean root, from `with` to its end, or from its making to close()."""

    def __init__(self, name):
        self.holder = subprocess.Popen(
            ["unshare", "--mount", "--pid", "--fork", "sh", "-c", HOLD, "sh", ROOTS / name / "tree"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)
        if self.holder.stdout.readline() != "ready\n":
            raise AssertionError(f"the root {name} cannot be entered")
        self.first = pathlib.Path(f"/proc/{self.holder.pid}/task/{self.holder.pid}/children").read_text().strip()
        self.path = pathlib.Path(f"/proc/{self.first}/root")  # seen from here
        self.enter = ("nsenter", "--target", self.first, "--mount", "--pid", "--root", "--wd=/")

    def command(self, command, user):
        number, home, system = (0, "/root", "/usr/sbin:/sbin:") if user == "root" else (1000, f"/home/{user}", "")
        # By this machine's programs: an old release's setpriv and env know less.
        return ("env", "-i", f"HOME={home}", f"USER={user}", f"LOGNAME={user}", "SHELL=/bin/bash", "LC_ALL=C.UTF-8",
                f"PATH=/usr/local/bin:{system}/usr/bin:/bin", *self.enter, f"--setuid={number}", f"--setgid={number}",
                f"--wd={self.path}{home}", *command)

    def run(self, *command, user="user", **options):
        """As `run` of installed.py, in this root, in the user's home and with no more than a login's environment."""
        return run(*self.command(command, user), **options)

    def works(self, *command, user="user", **options):
        """The same for `works`."""
        return works(*self.command(command, user), **options)

    def put(self, source, folder):
        """Copies a file or a folder of this machine into a folder there; its path there."""
        target = pathlib.PurePosixPath(folder) / pathlib.Path(source).name
        inside = self.path / target.relative_to("/")
        if pathlib.Path(source).is_dir():
            shutil.copytree(source, inside, symlinks=True)
        else:
            inside.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, inside)
        return target

    def put_mpich(self, build):
        """An MPICH of PyPI in the user's home, as pip puts it into an environment; that one's python."""
        version, = (MPI_BUILDS / build / "lib").glob("python3*")
        if not (self.path / "usr/lib" / version.name).is_dir():
            raise unittest.SkipTest(f"the environments are for {version.name}, which this release has not got")
        return self.put(MPI_BUILDS / build, "/home/user") / "bin/python"

    def close(self):
        self.holder.stdin.close()
        self.holder.wait()
        self.holder.stdout.close()


def root_of(case, name):
    """A root for all tests of a class, gone after the last."""
    root = Root(name)
    case.addClassCleanup(root.close)
    return root

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
