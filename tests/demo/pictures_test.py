# SPDX-License-Identifier: BSD-3-Clause
"""README's picture is what a run looks like, and README's parent.py is the program that ran.

To draw it anew: build/test/stage/bin/sidestep demo --json --python PYTHON | python3 scripts/lib/draw_terminals.py 'a line typed' docs/images/parent
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT, BUILD = pathlib.Path(os.environ["SIDESTEP_TEST_SOURCE"]), pathlib.Path(os.environ["SIDESTEP_TEST_ROOT"])
PYTHON = pathlib.Path(os.environ["SIDESTEP_TEST_BUILDS"]) / "4.2.3/bin/python"


def texts(svg):
    """The lines of each terminal, tags left out."""
    return [[re.sub("<[^>]*>", "", line) for line in re.findall("<text[^>]*>(.*?)</text>", half)]
            for half in svg.read_text().split("<g transform")]


def draw(folder):
    recorded = subprocess.run([BUILD / "stage/bin/sidestep", "demo", "--json", "--python", PYTHON], check=True, capture_output=True)
    subprocess.run([sys.executable, ROOT / "scripts/lib/draw_terminals.py", "a line typed", f"{folder}/parent"],
                   input=recorded.stdout, check=True)


class Pictures(unittest.TestCase):
    def test_they_are_what_a_run_looks_like(self):
        with tempfile.TemporaryDirectory() as folder:
            draw(folder)
            for scheme in ("light", "dark"):
                fresh, kept = (texts(pathlib.Path(where) / f"parent-{scheme}.svg") for where in (folder, ROOT / "docs/images"))
                self.assertEqual(fresh[1], kept[1])
                # Which key was the last one differs.
                for one in (fresh[0], kept[0]):
                    self.assertEqual(one[:4], ["without sidestep", "✗ killed by SIGKILL", "$ python -q -i parent.py", "two children run"])
                    self.assertRegex("\n".join(one[4:]), r"^&gt;&gt;&gt; .*\s*Killed\n\$ ?$")

    def test_they_differ_in_colours_alone(self):
        light, dark = ((ROOT / f"docs/images/parent-{scheme}.svg").read_text() for scheme in ("light", "dark"))
        self.assertNotEqual(light, dark)
        self.assertEqual(*(re.sub("#[0-9a-f]{6}", "", text) for text in (light, dark)))

    def test_readme_has_the_program_and_both_pictures(self):
        readme = (ROOT / "README.md").read_text()
        program = (ROOT / "packaging/demo/parent.py").read_text().split("\n", 1)[1]
        self.assertIn(f"```python\n{program}```", readme)
        for scheme in ("light", "dark"):
            self.assertIn(f'"docs/images/parent-{scheme}.svg"', readme)
        self.assertRegex(readme, 'alt="[^"]{40,}"')


if __name__ == "__main__":
    unittest.main()
