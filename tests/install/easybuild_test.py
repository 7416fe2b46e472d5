# SPDX-License-Identifier: BSD-3-Clause
"""EasyBuild reads its recipe, configures by it, and makes the module, which is loaded.

EasyBuild would build a compiler first. Here modules stand for it and for all other dependencies: they name the system's.
"""
import re
import shlex
import shutil
import unittest

from installed import BUILD, BUILD_DEADLINE, CACHE, LONG, SOURCE, VERSION, environment, folder_of, install, main, works

EASYBUILD = BUILD / f"packaging/sidestep-{VERSION}-GCCcore-14.3.0.eb"
EB = CACHE / "easybuild/bin"
LMOD = CACHE / "modules/lmod-8.6.19"
missing = [str(path) for path in (EB / "eb", LMOD / "init/bash") if not path.exists()]


@unittest.skipIf(missing, f"no {' '.join(missing)}: scripts/setup makes it")
class EasyBuild(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = folder_of(cls)
        cls.module = f"sidestep/{EASYBUILD.stem.removeprefix('sidestep-')}"
        cls.installed = cls.folder / "software" / cls.module
        cls.recipe = cls.folder / EASYBUILD.name
        shutil.copy(EASYBUILD, cls.recipe)
        cls.pretend_dependencies()
        sources = cls.folder / "sources/s/sidestep"
        sources.mkdir(parents=True)
        works("tar", "-C", SOURCE, "--exclude=./build", "--exclude=./.git", f"--transform=s:^\\.:sidestep-{VERSION}:", "-czf",
              sources / f"sidestep-{VERSION}.tar.gz", ".")
        cls.env = environment(
            HOME=cls.folder, PATH=f"{EB}:/usr/bin:/bin", EB_PYTHON=EB / "python", LMOD_CMD=LMOD / "usr/share/lmod/lmod/libexec/lmod",
            EASYBUILD_PREFIX=cls.folder, EASYBUILD_TMPDIR=cls.folder / "tmp", EASYBUILD_MODULES_TOOL="Lmod",
            EASYBUILD_PARALLEL=2, EASYBUILD_ALLOW_USE_AS_ROOT_AND_ACCEPT_CONSEQUENCES=1)

    @classmethod
    def pretend_dependencies(cls):
        given = easyconfig()
        toolchain = given["toolchain"]
        of_it = f"-{toolchain['name']}-{toolchain['version']}"
        for name, version in given["builddependencies"] + given["dependencies"] + [tuple(toolchain.values())]:
            file = cls.folder / "pretended" / name / (version + ("" if name == toolchain["name"] else of_it))
            file.parent.mkdir(parents=True)
            file.write_text(f"#%Module1.0\nsetenv EBROOT{name.upper()} /usr\nsetenv EBVERSION{name.upper()} {version}\n")

    def eb(self, *arguments, deadline=BUILD_DEADLINE):
        return self.shell(f"eb {' '.join(map(str, arguments))}", deadline=deadline)

    def shell(self, *lines, **options):
        """What these print on stdout and stderr, in a shell with the modules."""
        start = (f"source {LMOD}/init/bash", f"module use {self.folder}/pretended {self.folder}/modules/all", "exec 2>&1", "set -e")
        return works("bash", "-c", "\n".join(start + lines), env=self.env, **options)

    def test_its_style(self):
        self.assertIn("[PASS]", self.eb("--check-style", self.recipe))

    def test_its_dependencies_are_those_of_the_toolchain(self):
        said = self.eb("--dry-run", "--robot", self.recipe)
        self.assertRegex(said, rf"(?m)^ \* \[ \] {re.escape(str(self.recipe))} \(module: {self.module}\)$")

    def test_a_checksum_is_added(self):
        other = self.folder / "checksum" / self.recipe.name
        other.parent.mkdir()
        shutil.copy(self.recipe, other)
        self.eb(other, "--inject-checksums")
        self.assertRegex(other.read_text(), r"(?m)^checksums = \['[0-9a-f]{64}'\]$")

    def test_it_is_configured(self):
        """Its compilers give each program an rpath. With that, what is linked as configured starts."""
        self.eb("--stop=configure", self.recipe)
        configured, = self.folder.glob("build/sidestep/*/*/easybuild_obj")
        for program in "cli/sidestep", "mpiexec/sidestep-mpiexec", "relay/sidestep-relay":
            with self.subTest(program=program):
                link = shlex.split(works("ninja", "-C", configured, "--quiet", "-t", "commands", f"shim/{program}").splitlines()[-1])
                self.assertNotIn("-static-pie", link)
                linked = self.folder / "linked"
                link[0], link[link.index("-o") + 1] = "c++", linked  # of this build's objects
                works("env", "-C", BUILD, *link, "-Wl,-rpath,/opt/lib")
                self.assertIn("sage:", works(linked, "--help"))

    def test_the_module_of_what_is_installed(self):
        """What is built takes minutes: here this build's, unless there is time."""
        if LONG:
            without_rpath = ()
            self.eb(self.recipe, deadline=3 * BUILD_DEADLINE)
        else:
            without_rpath = ("--disable-rpath",)  # which this build has not got
            shutil.copytree(install(self.folder / "destdir"), self.installed, dirs_exist_ok=True)
            said = self.eb("--module-only", *without_rpath, "--trace", self.recipe)
            self.assertIn("result for command 'sidestep run true': OK", said)
        said = self.shell(f"module load {self.module}", "echo ${LD_PRELOAD-unset}", "type -P sidestep",
                          "sidestep run sh -c 'echo $LD_PRELOAD'", "module unload sidestep", "! type -P sidestep")
        self.assertEqual(said.splitlines(), ["unset", f"{self.installed}/bin/sidestep", f"{self.installed}/lib/libsidestep.so"])
        # With the line for a site that wants it.
        self.recipe.write_text(self.recipe.read_text().replace("\n# modextrapaths", "\nmodextrapaths"))
        self.eb("--module-only", "--rebuild", *without_rpath, self.recipe)
        said = self.shell(f"module load {self.module}", "echo $LD_PRELOAD", "module unload sidestep", "echo ${LD_PRELOAD-unset}")
        self.assertEqual(said, f"{self.installed}/lib/libsidestep.so\nunset\n")


def easyconfig():
    """An easyconfig is Python in which EasyBuild defines templates."""
    given = {"SOURCELOWER_TAR_GZ": "%(namelower)s-%(version)s.tar.gz"}
    exec(compile(EASYBUILD.read_text(), EASYBUILD, "exec"), given)
    return given


if __name__ == "__main__":
    main()
