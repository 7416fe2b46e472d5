# SPDX-License-Identifier: BSD-3-Clause
"""The recipes, as far as that goes without what reads them: that those of Spack and EasyBuild are the Python that these would
read, and that what they all say of sidestep is so. Meson writes them, with the version and where sidestep is published; Guix's
stays in the clone."""
import re
import unittest

from installed import BUILD, SOURCE, VERSION, Folder, files_of, install, main

RECIPES = BUILD / "packaging"
SPACK = RECIPES / "package.py"
EASYBUILD = RECIPES / f"sidestep-{VERSION}-GCCcore-14.3.0.eb"
CONDA = RECIPES / "recipe.yaml"
GUIX = SOURCE / "packaging/guix/sidestep.scm"
OPTIONS = set(re.findall(r"^option\('(\w+)'", (SOURCE / "meson_options.txt").read_text(), re.M))


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
        # An easyconfig is Python in which EasyBuild defines templates.
        given = {"SOURCELOWER_TAR_GZ": "%(namelower)s-%(version)s.tar.gz"}
        exec(compile(EASYBUILD.read_text(), EASYBUILD, "exec"), given)
        self.assertEqual((given["name"], given["version"]), ("sidestep", VERSION))
        toolchain = given["toolchain"]
        self.assertEqual(EASYBUILD.name, f"sidestep-{VERSION}-{toolchain['name']}-{toolchain['version']}.eb")
        self.assertLessEqual(options_in(given["configopts"]), OPTIONS)
        self.assertIn(f'homepage = "{given["homepage"]}"', SPACK.read_text())
        with Folder() as folder:
            prefix = install(folder)
            paths = given["sanity_check_paths"]
            self.assertLessEqual({name % {"name": "sidestep"} for name in paths["files"]}, files_of(prefix))
            for name in paths["dirs"]:
                self.assertTrue((prefix / (name % {"name": "sidestep"})).is_dir(), name)

    def test_conda(self):
        text = CONDA.read_text()
        self.assertNotRegex(text, r"@\w+@")
        self.assertIn(f'version: "{VERSION}"', text)
        self.assertTrue(options_in(text))
        self.assertLessEqual(options_in(text), OPTIONS)
        files = re.search(r"( +)files:\n((?:\1  - .*\n)+)", text)[2]
        with Folder() as folder:
            self.assertLessEqual(set(re.findall(r"- (.*)", files)), files_of(install(folder)))
        for license in re.search(r"license_file:\n((?: +- .*\n)+)", text)[1].split("- ")[1:]:
            self.assertTrue((SOURCE / license.strip()).exists(), license)

    def test_guix(self):
        text = GUIX.read_text()
        self.assertIn(f'(version "{VERSION}")', text)
        self.assertTrue(options_in(text))
        self.assertLessEqual(options_in(text), OPTIONS)
        built = "".join(file.read_text() for file in (SOURCE / "shim").rglob("meson.build"))
        asked = set(re.findall(r"dependency\('([\w-]+)'", built))
        inputs = set(re.search(r"native-inputs \(list (.*?)\)", text)[1].split())
        inputs |= set(re.search(r"\(inputs \(list (.*?)\)", text)[1].split())
        self.assertLessEqual({name.lower().replace("_", "-") for name in asked - {"threads"}}, inputs)


if __name__ == "__main__":
    main()
