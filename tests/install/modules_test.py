# SPDX-License-Identifier: BSD-3-Clause
"""modules_test.py SYSTEM: the modulefiles under a real module system, in every shell that has one.

SYSTEM is a folder in the cache's modules/, which scripts/setup makes.
"""
import functools
import pathlib
import re
import shutil
import sys
import unittest

from installed import CACHE, PREFIX, VERSION, Folder, environment, folder_of, install, main, run

SYSTEM = CACHE / "modules" / sys.argv[1]
SHELLS = {  # how each is started, and how it takes an unset variable for an error from then on
    "bash": (["bash", "--norc", "--noprofile"], ""), "bash -u": (["bash", "--norc", "--noprofile"], "set -u"),
    "zsh": (["zsh", "-f"], ""), "zsh -u": (["zsh", "-f"], "set -u"),
    "csh": (["tcsh", "-f"], ""),  # which knows no unset variable but as an error
}
# What module systems keep for themselves.
THEIRS = re.compile(r"_*(LMOD_|MODULES_|ModuleTable|LMFILES_|LOADEDMODULES)|.*_modshare$|_$")
OLDER, NEWER = "0.0.9", "0.2.0"
# Lmod drops what is twice in PATH, whichever module is loaded; Lmod 6.6's csh wants two variables of its own.
PLAIN = {"PATH": "/usr/local/bin:/usr/bin:/bin", "USER": "user", "LMOD_FULL_SETTARG_SUPPORT": "no",
         "LMOD_SETTARG_CMD": ":"}


def two_libraries():
    """Some that this machine surely has: those that Python itself needs."""
    maps = pathlib.Path("/proc/self/maps").read_text()
    return sorted({line.split()[-1] for line in maps.splitlines() if re.search(r"/lib[mz]\.so", line)})


class Session:
    """A shell that runs steps, and what its environment was before the first and after each."""

    def __init__(self, shell, modulepath, steps, **variables):
        command, strict = SHELLS[shell]
        with Folder() as folder:
            look = "/usr/bin/env -0 > {0}/{1}; grep -o '/.*libsidestep.so' /proc/self/maps > {0}/{1}.maps"
            init = SYSTEM / "init" / ("csh" if shell == "csh" else shell.split()[0])
            lines = [f"source {init}", f"module use {modulepath}", strict, look.format(folder, 0)]
            for number, step in enumerate(steps, 1):
                lines += [step, look.format(folder, number)]
            (folder / "script").write_text("\n".join(lines) + "\n")
            done = run(*command, folder / "script", env=environment(HOME=folder, **PLAIN, **variables))
            # Lmod folds lines, and reports a swap.
            self.said = re.sub(r"The following have been reloaded with a version change: 1\) \S+ => \S+", "",
                               " ".join(done.stderr.split())).strip()
            files = [folder / str(number) for number in range(len(steps) + 1)]
            self.environments = [self.read(file) for file in files]
            self.loaded = [(folder / f"{file.name}.maps").read_text().split()[:1] for file in files]

    @staticmethod
    def read(file):
        pairs = (entry.split("=", 1) for entry in file.read_text().split("\0") if entry)
        return {name: value for name, value in pairs if not THEIRS.match(name)}


def in_every_shell(test):
    @functools.wraps(test)
    def tests(self):
        for shell in SHELLS:
            with self.subTest(shell=shell):
                test(self, shell)
    return tests


@unittest.skipUnless((SYSTEM / "init/bash").exists(), f"{SYSTEM} is missing: scripts/setup makes it")
class Modulefile(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = folder_of(cls)
        cls.prefix = install(cls.folder / "new")
        cls.library = f"{cls.prefix}/lib/libsidestep.so"
        cls.modulepath = cls.prefix / "share/modulefiles"
        # Other versions of it, installed beside it.
        cls.older, cls.newer = (cls.another(version) for version in (OLDER, NEWER))
        cls.libraries = two_libraries()

    @classmethod
    def another(cls, version):
        prefix = cls.folder / version
        shutil.copytree(cls.prefix, prefix)
        for file in (prefix / "share/modulefiles/sidestep").iterdir():
            text = file.read_text().replace(VERSION, version)
            file.unlink()
            file.with_name(file.name.replace(VERSION, version)).write_text(text)
        return prefix

    def environments(self, shell, steps, modulepath=None, **variables):
        """Before the first step, and after each. After the last it must be as it was before the first."""
        session = Session(shell, modulepath or self.modulepath, steps, **variables)
        self.assertEqual(session.said, "")
        self.assertEqual(session.environments[0], session.environments[-1])
        self.assertEqual(session.loaded, [env["LD_PRELOAD"].split(":")[:1] if "sidestep" in env.get("LD_PRELOAD", "")
                                          else [] for env in session.environments])
        return session.environments

    @in_every_shell
    def test_load_and_unload(self, shell):
        before, loaded, _ = self.environments(shell, ["module load sidestep", "module unload sidestep"])
        expected = dict(before, LD_PRELOAD=self.library, PATH=f"{self.prefix}/bin:{before['PATH']}")
        if before.get("MANPATH", ":") != ":":  # Environment Modules 4 sets it
            expected["MANPATH"] = f"{self.prefix}/share/man:{before['MANPATH']}"
        self.assertEqual(loaded, expected)

    @in_every_shell
    def test_purge(self, shell):
        _, loaded, _ = self.environments(shell, [f"module load sidestep/{VERSION}", "module purge"])
        self.assertEqual(loaded["LD_PRELOAD"], self.library)

    @in_every_shell
    def test_loaded_twice(self, shell):
        _, once, twice, _ = self.environments(shell, ["module load sidestep"] * 2 + ["module unload sidestep"])
        self.assertEqual(twice, once)

    @in_every_shell
    def test_swap(self, shell):
        _, old, new, _ = self.environments(
            shell, [f"module load sidestep/{OLDER}", f"module swap sidestep/{OLDER} sidestep/{VERSION}",
                    "module unload sidestep"], f"{self.modulepath} {self.older}/share/modulefiles")
        self.assertEqual(old["LD_PRELOAD"], f"{self.older}/lib/libsidestep.so")
        self.assertEqual(new["LD_PRELOAD"], self.library)
        self.assertNotIn(str(self.older), new["PATH"])

    @in_every_shell
    def test_other_preloads_stay(self, shell):
        for preload in self.libraries[0], ":".join(self.libraries), " ".join(self.libraries):
            _, loaded, _ = self.environments(shell, ["module load sidestep", "module unload sidestep"],
                                             LD_PRELOAD=preload)
            self.assertEqual(loaded["LD_PRELOAD"], f"{self.library}:{preload}")

    @unittest.skipIf("lmod-6" in SYSTEM.name, "Lmod counts who set a path since version 7")
    @in_every_shell
    def test_our_own_preload_of_before_stays(self, shell):
        _, loaded, _ = self.environments(shell, ["module load sidestep", "module unload sidestep"],
                                         LD_PRELOAD=self.library)
        self.assertEqual(loaded["LD_PRELOAD"], self.library)

    @in_every_shell
    def test_manual_path_of_the_user(self, shell):
        before, loaded, _ = self.environments(shell, ["module load sidestep", "module unload sidestep"],
                                              MANPATH="/opt/man")
        self.assertEqual(loaded["MANPATH"], f"{self.prefix}/share/man:{before['MANPATH']}")

    @in_every_shell
    def test_manual_path_with_the_default_in_it(self, shell):
        before, loaded, _ = self.environments(shell, ["module load sidestep", "module unload sidestep"],
                                              MANPATH="/opt/man:")
        self.assertEqual(loaded["MANPATH"], before["MANPATH"])

    def versions(self, default=None):
        """A site's tree with a modulefile for each of two versions, each of which names its own prefix."""
        tree = self.folder / "versions"
        shutil.rmtree(tree, ignore_errors=True)
        (tree / "sidestep").mkdir(parents=True)
        for prefix in self.prefix, self.newer:
            for file in (prefix / "share/modulefiles/sidestep").iterdir():
                (tree / "sidestep" / file.name).write_text(file.read_text().replace(PREFIX, str(prefix)))
        if default:
            (tree / "sidestep/.version").write_text(f'#%Module\nset ModulesVersion "{default}"\n')
        return tree

    @in_every_shell
    def test_a_session_swaps_versions(self, shell):
        _, one, other, back, _ = self.environments(
            shell, [f"module load sidestep/{VERSION}", f"module swap sidestep sidestep/{NEWER}",
                    f"module swap sidestep/{NEWER} sidestep/{VERSION}", "module unload sidestep"], self.versions())
        self.assertEqual([one["LD_PRELOAD"], other["LD_PRELOAD"], back["LD_PRELOAD"]],
                         [self.library, f"{self.newer}/lib/libsidestep.so", self.library])
        self.assertNotIn(f"{self.prefix}/bin", other["PATH"])
        self.assertNotIn(f"{self.newer}/bin", back["PATH"])

    @in_every_shell
    def test_never_two_versions(self, shell):
        """Lmod swaps them; Environment Modules refuses the second."""
        session = Session(shell, self.versions(), [f"module load sidestep/{VERSION}", f"module load sidestep/{NEWER}"])
        self.assertEqual(session.environments[1]["LD_PRELOAD"], self.library)
        swaps = "lmod" in SYSTEM.name
        self.assertEqual(session.environments[2]["LD_PRELOAD"], f"{self.newer if swaps else self.prefix}/lib/libsidestep.so")
        self.assertEqual("conflict" in session.said, not swaps, session.said)

    def test_the_default_version(self):
        """The newest, or what the site says."""
        for default, prefix in (None, self.newer), (VERSION, self.prefix), (NEWER, self.newer):
            with self.subTest(default=default):
                tree = self.versions(default)
                _, loaded, _ = self.environments("bash", ["module load sidestep", "module unload sidestep"], tree)
                self.assertEqual(loaded["LD_PRELOAD"], f"{prefix}/lib/libsidestep.so")
                listed = Session("bash", tree, ["module -t avail sidestep"]).said
                for version in VERSION, NEWER:
                    self.assertIn(f"sidestep/{version}", listed)

    def test_what_it_tells(self):
        for question, answer in {"whatis": "fixes known run-time problems", "help": "SIDESTEP_DISABLE=1"}.items():
            with self.subTest(question=question):
                self.assertIn(answer, Session("bash", self.modulepath, [f"module {question} sidestep"]).said)

    def copy(self, change):
        """The modulefiles in a tree of the site's own."""
        tree = self.folder / "site"
        shutil.rmtree(tree, ignore_errors=True)
        (tree / "sidestep").mkdir(parents=True)
        for file in (self.modulepath / "sidestep").iterdir():
            (tree / "sidestep" / file.name).write_text(change(file.read_text()))
        return tree

    @in_every_shell
    def test_copied_elsewhere_it_names_the_prefix(self, shell):
        tree = self.copy(lambda text: text.replace(PREFIX, str(self.prefix)))
        _, loaded, _ = self.environments(shell, ["module load sidestep", "module unload sidestep"], tree)
        self.assertEqual(loaded["LD_PRELOAD"], self.library)

    def test_without_its_library_it_is_not_loaded(self):
        session = Session("bash", self.copy(lambda text: text.replace(PREFIX, "/nowhere")), ["module load sidestep"])
        self.assertIn("/nowhere/lib/libsidestep.so is missing: install sidestep again", session.said)
        self.assertEqual(*session.environments)


if __name__ == "__main__":
    main()
