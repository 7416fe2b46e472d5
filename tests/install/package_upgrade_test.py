# SPDX-License-Identifier: BSD-3-Clause
"""A newer package takes the place of one while programs use it: the Debian package, the wheel, an unpacked archive. Then it is
removed. The newer one is the same with another version."""
import re
import unittest
import zipfile

from changed import SPAWNS
from installed import MPI_BUILDS, VERSION, built, environment, folder_of, main, needs_commands, run, works
from root import needs_root, root_of

NEWER = "0.2.0"
# What a program says that spawns after its sidestep is replaced, and after it is gone: MPICH 4.0.3 alone hangs.
REPLACED = {"4.2.3": "got 7\ngoes on\n", "4.0.3": "got 7\ngoes on\n"}
GONE = {"4.2.3": "got 7\ngoes on\n", "4.0.3": "error\ngoes on\n"}


def runs(command, change, build):
    """A program that runs with sidestep, and spawns after the change."""
    venv = MPI_BUILDS / build
    return run(command, "run", venv / "bin/python", "-c", SPAWNS, change, env=environment(PATH=f"{venv}/bin:/usr/bin:/bin"))


class Wheel(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.wheel = built("package-wheel", "*.whl")
        cls.folder = folder_of(cls)
        cls.newer = cls.folder / cls.wheel.name.replace(f"-{VERSION}-", f"-{NEWER}-")
        with zipfile.ZipFile(cls.wheel) as old, zipfile.ZipFile(cls.newer, "w") as new:
            for one in old.infolist():
                data = old.read(one)
                if one.filename.endswith((".dist-info/METADATA", ".dist-info/RECORD")):
                    data = data.replace(f"\nVersion: {VERSION}\n".encode(), f"\nVersion: {NEWER}\n".encode())
                    data = data.replace(f"sidestep-{VERSION}.dist-info".encode(), f"sidestep-{NEWER}.dist-info".encode())
                one.filename = one.filename.replace(f"sidestep-{VERSION}.dist-info", f"sidestep-{NEWER}.dist-info")
                new.writestr(one, data)
        cls.venv = cls.folder / "venv"
        works(MPI_BUILDS / "4.0.3/bin/python", "-m", "venv", cls.venv)

    def pip(self, *words):
        return f"{self.venv}/bin/pip --quiet --disable-pip-version-check {' '.join(map(str, words))}"

    def version(self):
        return re.search(r"(?m)^Version: (.*)$", works(self.venv / "bin/pip", "show", "sidestep"))[1]

    def test_upgraded_then_uninstalled(self):
        for build in REPLACED:
            with self.subTest(build=build):
                works("sh", "-c", self.pip("install", "--no-index", "--force-reinstall", self.wheel))
                self.assertEqual(self.version(), VERSION)
                done = runs(self.venv / "bin/sidestep", self.pip("install", "--no-index", "--upgrade", self.newer), build)
                self.assertEqual((done.returncode, done.stdout, done.stderr), (0, REPLACED[build], ""))
                self.assertEqual(self.version(), NEWER)
                done = runs(self.venv / "bin/sidestep", self.pip("uninstall", "--yes", "sidestep"), build)
                self.assertEqual((done.returncode, done.stdout), (0, GONE[build]), done.stderr)
                self.assertFalse((self.venv / "bin/sidestep").exists())


class Archive(unittest.TestCase):
    def test_switched_then_removed(self):
        archive = built("package-tar", f"sidestep-{VERSION}-*.tar.gz")
        for build in REPLACED:
            with self.subTest(build=build):
                folder = folder_of(type(self))
                for version in VERSION, NEWER:
                    works("tar", "-C", folder, "-xf", archive)
                    inside, = folder.glob("sidestep-*")
                    inside.rename(folder / version)
                (folder / "current").symlink_to(VERSION)
                command = folder / "current/bin/sidestep"
                switch = f"cd {folder} && ln -s {NEWER} current.new && mv -T current.new current"
                done = runs(command, switch, build)
                self.assertEqual((done.returncode, done.stdout, done.stderr), (0, REPLACED[build], ""))
                done = runs(command, f"rm -r {folder}/{VERSION}", build)  # not its own
                self.assertEqual((done.returncode, done.stdout, done.stderr), (0, REPLACED[build], ""))
                done = runs(command, f"rm -r {folder}/{NEWER}", build)
                self.assertEqual((done.returncode, done.stdout), (0, GONE[build]), done.stderr)


@needs_root("bookworm")
@needs_commands("dpkg-buildpackage", "dh")
class Deb(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = root_of(cls, "bookworm")
        package = built("package-deb", f"sidestep_{VERSION}_*.deb")
        folder = folder_of(cls)
        works("dpkg-deb", "-R", package, folder / "tree")
        control = folder / "tree/DEBIAN/control"
        control.write_text(re.sub(r"(?m)^Version: .*$", f"Version: {NEWER}", control.read_text()))
        newer = folder / package.name.replace(f"_{VERSION}_", f"_{NEWER}_")
        works("dpkg-deb", "--root-owner-group", "-b", folder / "tree", newer)
        cls.packages = cls.root.put(package, "/tmp"), cls.root.put(newer, "/tmp")
        cls.pythons = {build: cls.root.put_mpich(build) for build in REPLACED}
        # The programs are root's, for they call apt: root runs no mpiexec from another's folder.
        cls.root.works("chown", "root", "/home/user", user="root")

    @staticmethod
    def apt(*words):
        path = "PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive"
        return f"{path} apt-get -q -y --allow-downgrades --no-install-recommends {' '.join(map(str, words))} >/tmp/apt.log 2>&1"

    def as_root(self, line):
        return self.root.works("sh", "-c", line, user="root")

    def runs(self, build, change):
        python = self.pythons[build]
        return self.root.run("env", f"PATH={python.parent}:/usr/bin:/bin", "sidestep", "run", "python", "-c", SPAWNS, change,
                             user="root")

    def version(self):
        return self.root.works("dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}", "sidestep")

    def test_upgraded_then_removed(self):
        old, new = self.packages
        for build, removal in ("4.2.3", "remove"), ("4.0.3", "purge"):
            with self.subTest(build=build):
                self.as_root(self.apt("install", old))
                self.assertEqual(self.version(), f"installed {VERSION}")
                done = self.runs(build, self.apt("install", new))
                self.assertEqual((done.returncode, done.stdout, done.stderr), (0, REPLACED[build], ""))
                self.assertEqual(self.version(), f"installed {NEWER}")
                done = self.runs(build, self.apt(removal, "sidestep"))
                self.assertEqual((done.returncode, done.stdout), (0, GONE[build]), done.stderr)
                # Nothing of it is left that only purge would remove.
                self.assertNotEqual(self.root.run("dpkg-query", "-W", "sidestep").returncode, 0)

    def test_no_start_meets_an_error_while_dpkg_replaces(self):
        self.as_root(self.apt("install", self.packages[0]))
        library = self.root.works("sidestep", "run", "sh", "-c", "echo $LD_PRELOAD").strip()
        said = self.root.works("bash", "-c", f"""touch /tmp/goes-on
            (while [[ -e /tmp/goes-on ]]; do LD_PRELOAD={library} /bin/true; echo; done) >/tmp/starts 2>/tmp/said &
            for package in {{1..5}}; do dpkg -i {self.packages[1]} {self.packages[0]} >/dev/null 2>&1; done
            rm /tmp/goes-on; wait; wc -l </tmp/starts; cat /tmp/said""", user="root")
        starts, _, errors = said.partition("\n")
        print(f"{starts} starts during 10 replacements")
        self.assertEqual(errors, "")
        self.assertGreater(int(starts), 50)


if __name__ == "__main__":
    main()
