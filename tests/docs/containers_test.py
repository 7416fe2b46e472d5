# SPDX-License-Identifier: BSD-3-Clause
"""docs/containers.md: its Dockerfile and its Apptainer definition. Images come from a registry, which no test uses. So what the
image does is done in a clean root of Debian 12: the packages of the second stage, an MPICH of PyPI, sidestep as installed
below /opt/sidestep."""
import re
import unittest

from installed import folder_of, install, main
from pages import ROOT, block_named, blocks
from root import needs_root, root_of

PAGE = "docs/containers.md"
DOCKERFILE, DEFINITION = block_named("Dockerfile", PAGE), block_named("sidestep.def", PAGE)


def packages(text):
    """What each apt-get install of a text names."""
    whole = re.sub(r"\\\n\s*", "", text)
    return [set(re.findall(r"(?<= )[a-z0-9][\w.+-]*", found)) for found in
            re.findall(r"apt(?:-get)? install(?: -y --no-install-recommends)?((?: [a-z0-9][\w.+-]*)+)", whole)]


def prefix(text):
    return re.search(r"--prefix=(\S+)", text)[1]


class Recipes(unittest.TestCase):
    """Without a root: what the two say is what other pages and the sources say."""

    def test_they_build_as_the_page_on_installing_says(self):
        page = "".join(block.text for block in blocks(ROOT / "docs/building.md"))
        build, run = packages(DOCKERFILE)
        self.assertEqual(build, packages(page)[0])
        self.assertEqual(packages(DEFINITION)[0], build | run - {"libunwind8"})  # libunwind-dev brings it

    def test_both_do_the_same(self):
        self.assertEqual(prefix(DOCKERFILE), prefix(DEFINITION))
        for words in ("pip install --no-cache-dir mpich mpi4py", "meson install -C /build", "-Dtests=false",
                      "/opt/sidestep/bin:/opt/venv/bin:$PATH", "python3 -m venv /opt/venv"):
            self.assertIn(words, DOCKERFILE)
            self.assertIn(words, DEFINITION)

    def test_the_options_of_the_build_exist(self):
        options = (ROOT / "meson_options.txt").read_text(encoding="utf-8")
        for text in DOCKERFILE, DEFINITION:
            for name in re.findall(r"-D(\w+)=", text):
                self.assertIn(f"option('{name}'", options)


@needs_root("bookworm")
class InCleanDebian(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = root_of(cls, "bookworm")
        cls.root.works("apt-get", "-q", "-y", "--no-install-recommends", "install", *sorted(packages(DOCKERFILE)[1]), user="root")
        cls.python = cls.root.put_mpich("4.3.1")  # in place of /opt/venv; it does not spawn alone
        installed = install(folder_of(cls))
        cls.root.put(installed, "/opt")
        cls.root.works("mv", f"/opt/{installed.name}", prefix(DOCKERFILE), user="root")
        for name in "workers.py", "app.py":
            (cls.root.path / "home/user" / name).write_text(block_named(name, "docs/mpi4py.md"))

    def entered(self, *command):
        """What the image's entry point and its PATH make of a command."""
        path = re.search(r"PATH=(\S+):\$PATH", DOCKERFILE)[1].replace("/opt/venv/bin", str(self.python.parent))
        entry = re.search(r'ENTRYPOINT \["(.*)"\]', DOCKERFILE)[1].split('", "')
        return self.root.works("env", f"PATH={path}:/usr/bin:/bin", *entry, *command)

    def test_spawn(self):
        self.assertEqual(self.entered("python", "workers.py"), "['worker 0', 'worker 1']\n")

    def test_a_rank(self):
        self.assertEqual(self.entered("python", "app.py"), "rank 0 of 1\n")

    def test_the_library_alone(self):
        """LD_PRELOAD for the inside, as where the host's installation is bound."""
        library = re.search(r"LD_PRELOAD=(\S+)", (ROOT / PAGE).read_text(encoding="utf-8"))[1]
        said = self.root.works("env", f"LD_PRELOAD={library}", f"PATH={self.python.parent}:/usr/bin:/bin", "python", "workers.py")
        self.assertEqual(said, "['worker 0', 'worker 1']\n")


if __name__ == "__main__":
    main()
