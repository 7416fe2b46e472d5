# SPDX-License-Identifier: BSD-3-Clause
"""packaging/slurm/slurm-prolog, as root on a node where other users were first: it takes nothing of theirs, writes to
nothing of theirs, and to nothing that a process has mapped.

It works in folders above which only root can write, which a temporary folder has not: in a mount namespace of its own.
"""
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

PROLOG = Path(os.environ["SIDESTEP_TEST_SOURCE"]) / "packaging/slurm/slurm-prolog"
ATTACKER = 61002
CLONE_NEWNS, MS_REC, MS_PRIVATE = 0x20000, 0x4000, 1 << 18


def have_own_mounts():
    """A file system of this process's own over /mnt. @return why not"""
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() != 0:
        return "only root can play root"
    if libc.unshare(CLONE_NEWNS) or libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None) or \
            libc.mount(b"none", b"/mnt", b"tmpfs", 0, b"mode=755"):
        return f"no mount namespace can be had here: {os.strerror(ctypes.get_errno())}"
    return None


class Prolog(unittest.TestCase):
    def setUp(self):
        self.root = Path(tempfile.mkdtemp(dir="/mnt"))
        self.root.chmod(0o755)
        self.addCleanup(shutil.rmtree, self.root)
        self.installed, self.archive, self.folder = (self.root / name for name in ("installed", "archive", "node"))
        self.install("one")
        self.pack()

    def install(self, text):
        library = self.installed / "lib/libsidestep.so"
        library.parent.mkdir(parents=True, exist_ok=True)
        library.write_text(text + "\n" * 100000)
        (self.installed / "bin").mkdir(exist_ok=True)
        (self.installed / "bin/sidestep").write_text("#!/bin/sh\n")
        (self.installed / "bin/sidestep").chmod(0o755)

    def run_prolog(self, *words):
        return subprocess.run([PROLOG, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)

    def pack(self):
        done = self.run_prolog("--pack", self.installed, self.archive)
        self.assertEqual((done.returncode, done.stdout), (0, ""))

    def prolog(self, *options):
        return self.run_prolog(*options, self.archive, self.folder)

    def works(self, *options):
        done = self.prolog(*options)
        self.assertEqual((done.returncode, done.stdout), (0, ""))

    def refused(self, why, *options):
        done = self.prolog(*options)
        self.assertEqual(done.returncode, 1)
        self.assertTrue(done.stdout.startswith("sidestep: slurm-prolog: "), done.stdout)
        self.assertIn(why, done.stdout)

    def library(self):
        return self.folder / "current/lib/libsidestep.so"

    def give(self, path, user=ATTACKER):
        os.chown(path, user, user, follow_symlinks=False)

    def names(self):
        return sorted(path.name for path in self.folder.iterdir())

    def test_copies_once(self):
        self.works()
        self.assertTrue(self.library().read_text().startswith("one"))
        for path in [self.folder, *self.folder.rglob("*")]:
            self.assertEqual((path.lstat().st_uid, path.lstat().st_mode & 0o022 if not path.is_symlink() else 0), (0, 0), path)
            self.assertTrue(path.is_symlink() or path.stat().st_mode & 0o005, path)  # the users' to read
        before = {path: (path.lstat().st_ino, path.lstat().st_mtime_ns) for path in self.folder.rglob("*")}
        names = self.names()
        self.works()
        self.assertEqual(self.names(), names)
        self.assertEqual({path: (path.lstat().st_ino, path.lstat().st_mtime_ns) for path in self.folder.rglob("*")}, before)
        self.assertEqual(subprocess.check_output([self.folder / "current/bin/sidestep"]), b"")

    def test_the_folder_is_another_users(self):
        """He made it first, with a library in it that he holds open for writing."""
        (self.folder / "lib").mkdir(parents=True)
        planted = self.folder / "lib/libsidestep.so"
        planted.write_text("planted")
        for path in (self.folder, planted.parent, planted):
            self.give(path)
        with planted.open("a"):
            self.refused(f"{self.folder} belongs to another user (uid {ATTACKER})")
        self.assertEqual(self.names(), ["lib"])

    def test_the_folder_is_a_link(self):
        target = self.root / "private"
        target.mkdir(mode=0o700)
        self.folder.symlink_to(target)
        self.refused("is, or leads through, a link")
        self.folder.unlink()
        self.folder.symlink_to("/nowhere")
        self.refused("is no folder")
        self.assertEqual(list(target.iterdir()), [])

    def test_others_can_write_above_it(self):
        above = self.root / "shared"
        above.mkdir()
        self.folder = above / "node"
        for mode in 0o1777, 0o777, 0o775:
            above.chmod(mode)
            for made in False, True:
                if made:
                    self.folder.mkdir()
                self.refused(f"{above} can be written to by other users")
            self.folder.rmdir()
        above.chmod(0o755)
        self.give(above)
        self.refused(f"{above} belongs to another user")

    def test_current_is_no_link(self):
        self.works()
        (self.folder / "current").unlink()
        (self.folder / "current").mkdir()
        self.refused("current is no link")

    def test_the_archive_is_another_users(self):
        for path in (self.archive, Path(f"{self.archive}.sha256")):
            self.give(path)
            self.refused(f"{path} belongs to another user")
            self.works("--owner", str(ATTACKER))
            self.give(path, 0)
            path.chmod(0o664)
            self.refused(f"{path} can be written to by other users")
            path.chmod(0o644)

    def test_half_an_archive(self):
        whole = self.archive.read_bytes()
        self.archive.write_bytes(whole[:len(whole) // 2])
        self.refused("it is not whole, or being replaced")
        self.assertEqual(self.names(), [])
        Path(f"{self.archive}.sha256").write_text("")
        self.refused("make it by --pack")
        Path(f"{self.archive}.sha256").write_text("../../etc\n")
        self.refused("make it by --pack")
        self.pack()
        self.works()

    def test_nothing_that_is_not_sidestep(self):
        (self.installed / "lib/libsidestep.so").unlink()
        done = self.run_prolog("--pack", self.installed, self.archive)
        self.assertIn("holds no libsidestep.so", done.stdout)
        self.assertEqual(done.returncode, 1)

    def test_an_upgrade_while_programs_run(self):
        """What they have mapped is never written to, and what they start later is still there."""
        import mmap
        self.works()
        old = self.library().resolve()
        with old.open("rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as mapped:
            inode = old.stat().st_ino
            self.install("two")
            self.pack()
            self.works()
            self.assertTrue(self.library().read_text().startswith("two"))
            self.assertEqual(mapped[:3], b"one")
            self.assertEqual((old.stat().st_ino, old.read_text()[:3]), (inode, "one"))
        self.install("one")

    def test_many_at_once(self):
        """Of two archives, while readers look: always a whole one."""
        self.works()
        processes = []
        for text in "one", "two", "three":
            self.install(text)
            self.pack()
            processes += [subprocess.Popen([PROLOG, self.archive, self.folder], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                           text=True) for _ in range(6)]
            for _ in range(200):
                self.assertIn(self.library().read_text().strip(), ("one", "two", "three"))
        for process in processes:
            output = process.communicate(timeout=300)[0]
            # Who read the sum of one archive and then the next archive says so; the next Prolog has it.
            self.assertTrue(not process.returncode or "it is not whole, or being replaced" in output, output)
        self.works()
        self.assertEqual(self.library().read_text().strip(), "three")
        self.assertEqual([name for name in self.names() if name.startswith("new.")], [])

    def test_killed_at_any_time(self):
        """Half a copy is never taken for one, and what is left goes after a day."""
        for wait in range(0, 60, 4):
            process = subprocess.Popen([PROLOG, self.archive, self.folder], stdout=subprocess.DEVNULL, start_new_session=True)
            time.sleep(wait / 1000)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if self.folder.exists() and self.library().exists():
                self.assertEqual(self.library().read_text().strip(), "one")
        stale = self.folder / "new.stale"
        self.folder.mkdir(exist_ok=True)
        stale.mkdir()
        os.utime(stale, (1, 1))
        (self.folder / "current").unlink(missing_ok=True)
        self.works()
        self.assertFalse(stale.exists())
        self.assertEqual(self.library().read_text().strip(), "one")

    def test_help_and_wrong_words(self):
        done = self.run_prolog("--help")
        self.assertIn("--pack PREFIX ARCHIVE", done.stdout)
        self.assertNotIn("SPDX", done.stdout)
        for words in ([], ["--pack"], ["a"], ["--owner", "root", "a"]):
            self.assertEqual(self.run_prolog(*words).returncode, 1)
        self.archive = Path("archive")
        self.refused("archive is no absolute path")


if __name__ == "__main__":
    if why := have_own_mounts():
        print(why)
        sys.exit(77)
    unittest.main(verbosity=2)
