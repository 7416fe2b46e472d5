# SPDX-License-Identifier: BSD-3-Clause
"""Spack reads its recipe, where there is a Spack (SPACK_ROOT, PATH): no registry has it."""
import os
import pathlib
import re
import shutil
import unittest

from installed import BUILD, BUILD_DEADLINE, LONG, SOURCE, folder_of, main, run, works

SPACK = BUILD / "packaging/package.py"
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
        for variants in "", "~commands~backtrace", "+static_programs":
            with self.subTest(variants=variants):
                self.assertRegex(works(*self.spack, "spec", f"sidestep{variants}", deadline=BUILD_DEADLINE), r"(?m)^.{0,3} *sidestep@main")
        self.assertNotEqual(run(*self.spack, "spec", "sidestep", "target=ppc64le", deadline=BUILD_DEADLINE).returncode, 0)

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
