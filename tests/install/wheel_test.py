# SPDX-License-Identifier: BSD-3-Clause
"""The wheel: built, installed by pip, pipx and uv, and at work from there; the same in a clean Debian."""
import base64
import csv
import email
import hashlib
import io
import json
import platform
import re
import shutil
import tarfile
import unittest
import zipfile

from installed import CACHE, LONG, MPI_BUILDS, SOURCE, VERSION, built, environment, files_of, folder_of, install, main
from installed import run, spawn, works
from packaged import MORE_LICENSES, Anywhere, components
from root import needs_root, root_of

TOOLS = CACHE / "packaging/bin"
PYTHON = MPI_BUILDS / "4.0.3/bin/python"
INFO = f"sidestep-{VERSION}.dist-info"
PRELOAD = "sh", "-c", "echo $LD_PRELOAD"
needs_tools = unittest.skipIf(not TOOLS.is_dir(), f"no {TOOLS}: scripts/setup makes it")


def wheel():
    return built("package-wheel", "*.whl")


def preload_of(prefix):
    return f"{prefix}/share/sidestep/lib/libsidestep.so\n"


@needs_tools
class WheelItself(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with zipfile.ZipFile(wheel()) as archive:
            cls.files = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
        cls.metadata = email.message_from_bytes(cls.files[f"{INFO}/METADATA"])

    def test_its_tag(self):
        machine = platform.machine()
        self.assertEqual(wheel().name, f"sidestep-{VERSION}-py3-none-manylinux2014_{machine}.manylinux_2_17_{machine}.whl")
        told = email.message_from_bytes(self.files[f"{INFO}/WHEEL"])
        self.assertEqual(set(told.get_all("Tag")), {f"py3-none-manylinux{rest}_{machine}" for rest in ("2014", "_2_17")})

    def test_auditwheel_accepts_it(self):
        said = " ".join(works(TOOLS / "auditwheel", "show", wheel()).split())
        self.assertIn(f'is consistent with the following platform tag: "manylinux_2_17_{platform.machine()}"', said)

    def test_its_record(self):
        record = dict(line[:2] for line in csv.reader(io.StringIO(self.files[f"{INFO}/RECORD"].decode())))
        self.assertEqual(set(record), set(self.files))
        for name, content in self.files.items():
            if not name.endswith("/RECORD"):
                digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
                self.assertEqual(record[name], f"sha256={digest}", name)

    def test_its_metadata(self):
        upstream = re.search(r"option\('upstream', .*value: '(.*)'", (SOURCE / "meson_options.txt").read_text())[1]
        self.assertEqual(self.metadata.get_all("Project-URL"), [f"Homepage, {upstream}"])
        self.assertEqual((self.metadata["Name"], self.metadata["Version"]), ("sidestep", VERSION))
        self.assertEqual(self.metadata["Description-Content-Type"], "text/markdown")
        self.assertEqual(self.metadata.get_payload(decode=True).decode().strip(), (SOURCE / "README.md").read_text().strip())

    def test_it_says_what_it_holds_of_others(self):
        """PEP 770 and PEP 639."""
        document = self.files[f"{INFO}/sboms/sidestep.cdx.json"]
        self.assertEqual(document, self.files[f"sidestep-{VERSION}.data/data/share/doc/sidestep/sidestep.cdx.json"])
        held = components.versions_in(json.loads(document))
        texts = {"LICENSE", *(f"packaging/licenses/{file.name}" for file in components.texts_of(held))}
        self.assertEqual(set(self.metadata.get_all("License-File")), texts)
        for text in texts:
            self.assertEqual(self.files[f"{INFO}/licenses/{text}"], (SOURCE / text).read_bytes())
        self.assertEqual(self.metadata["License-Expression"], components.expression_of(held))


@needs_tools
class Wheel(Anywhere, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = folder_of(cls)
        # Python of an MPI build, which a user would install the wheel into; the build itself stays as it is.
        cls.prefix = cls.folder / "venv"
        cls.python = cls.prefix / "bin/python"
        works(PYTHON, "-m", "venv", cls.prefix)
        cls.before = cls.there()
        cls.pip("install", wheel())

    @classmethod
    def there(cls):
        return {name for name in files_of(cls.prefix) if "__pycache__" not in name}

    @classmethod
    def pip(cls, action, *words, **variables):
        works(cls.python, "-m", "pip", action, "--quiet", "--disable-pip-version-check", *words,
              env=environment(PIP_NO_INDEX="1", **variables))

    def shipped(self):
        return [self.prefix / name for name in self.there() - self.before if not name.endswith("/direct_url.json")]

    def test_it_holds_what_meson_installs(self):
        moved = ("share/sidestep/libexec/", "libexec/sidestep/"), ("share/sidestep/lib/", "lib/")
        files = set()
        for name in self.there() - self.before:
            if "/site-packages/" not in name:
                files.add(next((there + name[len(here):] for here, there in moved if name.startswith(here)), name))
        unwanted = re.compile("lib/pkgconfig/|share/modulefiles/|share/sidestep/installed")
        installed = {name for name in files_of(install(self.folder / "installed")) if not unwanted.match(name)}
        self.assertEqual(files - MORE_LICENSES, installed - MORE_LICENSES)

    def test_the_module_runs_a_command(self):
        told = works(self.python, "-m", "sidestep", "run", self.python, "-c",
                     "import os, sidestep; print(os.environ['LD_PRELOAD'] == sidestep.PRELOAD)")
        self.assertEqual(told, "True\n")
        failed = run(self.python, "-m", "sidestep", "run", "sh", "-c", "exit 7")
        self.assertEqual(failed.returncode, 7)
        self.assertEqual(spawn("4.0.3", self.python, "-m", "sidestep", "run"), "sum 2\n")
        told = works(self.python, "-c", "import sidestep; print(sidestep.COMMAND, sidestep.MPIEXEC)")
        self.assertEqual(told, f"{self.prefix}/bin/sidestep {self.prefix}/bin/sidestep-mpiexec\n")

    def test_the_module_alone_says_what_is_missing(self):
        module, = self.prefix.glob("lib/python3*/site-packages/sidestep")
        shutil.copytree(module, self.folder / "alone/sidestep")
        said = run(PYTHON, "-c", "import sidestep", env=environment(PYTHONPATH=self.folder / "alone"))
        self.assertIn("no share/sidestep/lib/libsidestep.so in any folder above", said.stderr)

    def test_pip_target_and_user(self):
        target, user = self.folder / "target", self.folder / "user"
        self.pip("install", "--target", target, wheel())
        told = works(self.python, "-m", "sidestep", "run", *PRELOAD, env=environment(PYTHONPATH=target))
        self.assertEqual(told, preload_of(target))
        outside = str(PYTHON.resolve())  # an environment has no --user
        works(outside, "-m", "pip", "install", "--quiet", "--user", "--no-index", "--break-system-packages",
              "--disable-pip-version-check", wheel(), env=environment(PYTHONUSERBASE=user))
        for command in (user / "bin/sidestep",), (outside, "-m", "sidestep"):
            self.assertEqual(works(*command, "run", *PRELOAD, env=environment(PYTHONUSERBASE=user)), preload_of(user))

    def test_uv(self):
        folder = self.folder / "uv"
        env = environment(UV_OFFLINE="1", UV_CACHE_DIR=folder / "cache", UV_TOOL_DIR=folder / "tools",
                          UV_TOOL_BIN_DIR=folder / "bin", UV_PYTHON=PYTHON, PATH=f"{folder}/bin:{TOOLS}:/usr/bin:/bin")
        told = works("uvx", "--from", wheel(), "sidestep", "run", *PRELOAD, env=env)
        self.assertRegex(told, rf"\A{folder}/cache/.*/share/sidestep/lib/libsidestep\.so\n\Z")
        works("uv", "tool", "install", wheel(), env=env)
        self.assertEqual(works("sidestep", "run", *PRELOAD, env=env), preload_of(folder / "tools/sidestep"))
        self.assertEqual(spawn("4.0.3", folder / "bin/sidestep", "run"), "sum 2\n")

    def test_pipx(self):
        folder = self.folder / "pipx"
        env = environment(PIPX_HOME=folder, PIPX_BIN_DIR=folder / "bin", PIPX_MAN_DIR=folder / "man", UV_OFFLINE="1",
                          UV_CACHE_DIR=folder / "cache", PATH=f"{folder}/bin:{TOOLS}:/usr/bin:/bin")
        told = works("pipx", "run", "--python", PYTHON, "--spec", wheel(), "sidestep", "run", *PRELOAD, env=env)
        self.assertRegex(told, rf"\A{folder}/.*/share/sidestep/lib/libsidestep\.so\n\Z")
        works("pipx", "install", "--python", PYTHON, wheel(), env=env)
        self.assertEqual(works("sidestep", "run", *PRELOAD, env=env), preload_of(folder / "venvs/sidestep"))
        self.assertTrue((folder / "man/man1/sidestep.1").is_file())

    def test_zz_nothing_is_left_when_it_is_uninstalled(self):  # the last
        self.pip("uninstall", "--yes", "sidestep")
        self.assertEqual(self.there(), self.before)


@needs_tools
class FromSources(unittest.TestCase):
    """pyproject.toml, as pip has it: what scripts/package-wheel does not use of it."""

    @classmethod
    def setUpClass(cls):
        cls.folder = folder_of(cls)
        if run("git", "-C", SOURCE, "rev-parse").returncode:
            raise unittest.SkipTest("a source distribution is made of a git repository")
        works(TOOLS / "python", "-I", "-m", "build", "--sdist", "--no-isolation", "--skip-dependency-check",
              f"-Cbuild-dir={cls.folder}/build", "--outdir", cls.folder, SOURCE)
        cls.sdist = cls.folder / f"sidestep-{VERSION}.tar.gz"

    def test_the_source_distribution(self):
        with tarfile.open(self.sdist) as archive:
            names = {name.partition("/")[2] for name in archive.getnames()}
            metadata = email.message_from_binary_file(archive.extractfile(f"sidestep-{VERSION}/PKG-INFO"))
        self.assertEqual(metadata["Version"], VERSION)
        self.assertLessEqual({"pyproject.toml", "LICENSE", "packaging/licenses/fmt.txt", "shim/meson.build"}, names)

    @unittest.skipUnless(LONG, "SIDESTEP_TEST_LONG=1 is not set: it compiles all of sidestep, and PyPI has to be there")
    def test_pip_builds_it(self):
        works(PYTHON, "-m", "venv", self.folder / "venv")
        works(self.folder / "venv/bin/pip", "install", "--quiet", "--no-binary", "sidestep", self.sdist, deadline=1500)
        self.assertEqual(spawn("4.0.3", self.folder / "venv/bin/sidestep", "run"), "sum 2\n")


@needs_root("bookworm")
@needs_tools
class WheelInCleanDebian(unittest.TestCase):
    """As its user: nothing is asked of root."""

    @classmethod
    def setUpClass(cls):
        cls.root = root_of(cls, "bookworm")
        cls.mpich = cls.root.put_mpich("4.3.1")
        cls.guest = cls.root.put(SOURCE / "tests/guests/spawn.py", "/home/user")
        cls.root.works("python3", "-m", "venv", "venv")
        cls.before = cls.files()
        cls.root.works("venv/bin/pip", "install", "--quiet", "--no-index", cls.root.put(wheel(), "/tmp"))

    @classmethod
    def files(cls):
        """But what Python keeps for itself, and folders, of which pip leaves empty ones."""
        return set(cls.root.works("find", "venv", "-not", "-type", "d", "-not", "-path", "*__pycache__*").splitlines())

    def test_the_command(self):
        for command in ("venv/bin/sidestep",), ("venv/bin/python", "-m", "sidestep"):
            self.assertEqual(self.root.works(*command, "--version"), f"sidestep {VERSION}\n")
            self.assertEqual(self.root.works(*command, "run", *PRELOAD), preload_of("/home/user/venv"))

    def test_spawn(self):
        said = self.root.works("venv/bin/python", "-m", "sidestep", "run", self.mpich, self.guest)
        self.assertEqual(said, "sum 2\n")

    def test_a_crash_is_traced_without_a_libunwind_of_the_system(self):
        crash = "import ctypes; ctypes.CDLL('libmpich.so.12').MPI_Init(None, None); ctypes.string_at(0)"
        said = self.root.run("venv/bin/sidestep", "run", "python3", "-c", crash)
        self.assertRegex(said.stderr, r"(?s)SIGSEGV.* ffi_call\+.*end of the trace")

    def test_zz_nothing_is_left_when_it_is_uninstalled(self):  # the last
        self.assertNotEqual(self.files(), self.before)
        self.root.works("venv/bin/pip", "uninstall", "--quiet", "--yes", "sidestep")
        self.assertEqual(self.files(), self.before)


if __name__ == "__main__":
    main()
