# SPDX-License-Identifier: BSD-3-Clause
"""The recipes for Spack and EasyBuild, as Meson writes them. EasyBuild itself reads its own. Spack, which is in no registry,
reads its own where there is one (SPACK_ROOT, PATH); elsewhere it is sound Python that names options that there are.

EasyBuild would build a compiler first. Here modules stand for it and for all other dependencies: they name the system's.
"""
import os
import pathlib
import re
import shutil
import unittest

from installed import BUILD, BUILD_DEADLINE, CACHE, SOURCE, VERSION, environment, files_of, folder_of, install, main, run
from installed import works

RECIPES = BUILD / "packaging"
SPACK = RECIPES / "package.py"
EASYBUILD = RECIPES / f"sidestep-{VERSION}-GCCcore-14.3.0.eb"
OPTIONS = set(re.findall(r"^option\('(\w+)'", (SOURCE / "meson_options.txt").read_text(), re.M))
LONG = os.environ.get("SIDESTEP_TEST_LONG") == "1"


def options_in(text):
    return set(re.findall(r"-D(\w+)=", text))


class Recipes(unittest.TestCase):
    def test_spack(self):
        text = SPACK.read_text()
        compile(text, SPACK, "exec")
        self.assertIn("class Sidestep(MesonPackage):", text)
        self.assertTrue(options_in(text))
        self.assertLessEqual(options_in(text), OPTIONS)

    def test_easybuild(self):
        given = easyconfig()
        self.assertEqual((given["name"], given["version"]), ("sidestep", VERSION))
        toolchain = given["toolchain"]
        self.assertEqual(EASYBUILD.name, f"sidestep-{VERSION}-{toolchain['name']}-{toolchain['version']}.eb")
        self.assertLessEqual(options_in(given["configopts"]), OPTIONS)
        self.assertIn(f'homepage = "{given["homepage"]}"', SPACK.read_text())


def easyconfig():
    """An easyconfig is Python in which EasyBuild defines templates."""
    given = {"SOURCELOWER_TAR_GZ": "%(namelower)s-%(version)s.tar.gz"}
    exec(compile(EASYBUILD.read_text(), EASYBUILD, "exec"), given)
    return given


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
        """With its compilers' rpath, for which no program is a static PIE."""
        self.eb("--stop=configure", self.recipe)
        ninja, = self.folder.glob("build/sidestep/*/*/easybuild_obj/build.ninja")
        self.assertIn("-static-libgcc", ninja.read_text())
        self.assertNotIn("-static-pie", ninja.read_text())

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


SPACK_COMMAND = shutil.which("spack", path=f"{os.environ.get('SPACK_ROOT', '')}/bin:{os.environ['PATH']}")


@unittest.skipUnless(SPACK_COMMAND, "no Spack in PATH or SPACK_ROOT")
class Spack(unittest.TestCase):
    """With the configuration, the compilers and the packages that this Spack has; what is built goes elsewhere."""

    @classmethod
    def setUpClass(cls):
        cls.folder = folder_of(cls)
        repository, clone, scope = cls.folder / "spack_repo/site", cls.folder / "clone", cls.folder / "scope"
        package = repository / "packages/sidestep/package.py"
        for folder in package.parent, scope:
            folder.mkdir(parents=True)
        works("git", "clone", "--quiet", SOURCE, clone)
        works("git", "-C", clone, "checkout", "--quiet", "-B", "main")
        package.write_text(re.sub(r'(?m)^    git = ".*"$', f'    git = "{clone}"', SPACK.read_text()))
        (repository / "repo.yaml").write_text("repo: {namespace: site, api: v2.2}\n")
        (scope / "repos.yaml").write_text(f"repos: {{site: {repository}}}\n")
        (scope / "config.yaml").write_text(f"config: {{install_tree: {{root: {cls.folder}/opt}}, build_jobs: 2, "
                                           f"build_stage: [{cls.folder}/stage], test_stage: {cls.folder}/tests}}\n")
        cls.spack = (SPACK_COMMAND, "-C", scope)

    def test_it_is_read(self):
        self.assertIn("sidestep", works(*self.spack, "list", "sidestep"))
        self.assertIn("MesonPackage:   sidestep", works(*self.spack, "info", "sidestep"))
        audited = works(*self.spack, "audit", "packages", "sidestep")
        self.assertNotRegex(audited, "(?i)fail|error|issue")

    def test_it_is_concretized(self):
        for variants in "", "~backtrace", "+static_programs":
            with self.subTest(variants=variants):
                self.assertRegex(works(*self.spack, "spec", f"sidestep{variants}"), r"(?m)^.{0,3} *sidestep@main")
        self.assertNotEqual(run(*self.spack, "spec", "sidestep", "target=ppc64le").returncode, 0)

    @unittest.skipUnless(LONG, "it is long: SIDESTEP_TEST_LONG=1 is not set")
    def test_it_is_built_loaded_and_tested(self):
        works(*self.spack, "install", "sidestep", deadline=3 * BUILD_DEADLINE)
        library = pathlib.Path(works(*self.spack, "location", "-i", "sidestep").strip()) / "lib/libsidestep.so"
        load = " ".join(map(str, self.spack)) + " load --sh sidestep"
        said = works("bash", "-ec", f'eval "$({load})"; echo ${{LD_PRELOAD-unset}}; sidestep run sh -c \'echo $LD_PRELOAD\'')
        self.assertEqual(said, f"unset\n{library}\n")
        self.assertIn("1 passed of 1", works(*self.spack, "test", "run", "sidestep"))


if __name__ == "__main__":
    main()
