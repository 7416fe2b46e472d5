# SPDX-License-Identifier: BSD-3-Clause
"""docs/ as a site: `mkdocs build --strict` is clean, and shows the pages as GitHub does."""
import pathlib
import re
import shutil
import unittest

from installed import CACHE, environment, folder_of, main, run, works
from pages import ROOT, all_pages, without_code
from prose import ITEM

MKDOCS = CACHE / "docs/bin/mkdocs"
SEPARATOR = re.compile(r"(?m)^\|(?:\s*:?-+:?\s*\|)+$")


def build(source, site):
    # Not --quiet: what is not printed does not count for --strict.
    return (MKDOCS, "build", "--strict", "--config-file", source / "mkdocs.yml", "--site-dir", site)


def article(file):
    """What a page says, without menus."""
    return re.search(r"<article.*?</article>", file.read_text(encoding="utf-8"), re.S)[0]


@unittest.skipUnless(MKDOCS.exists(), f"no {MKDOCS}: scripts/setup makes it")
class Site(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = folder_of(cls)
        cls.site = cls.folder / "site"
        cls.env = environment(NO_MKDOCS_2_WARNING="1")
        works(*build(ROOT, cls.site), env=cls.env)

    def pages(self):
        """Each page, and what it has become."""
        for page in all_pages():
            if page.name != "README.md":
                below = page.relative_to(ROOT / "docs" if page.is_relative_to(ROOT / "docs") else ROOT)
                yield page, self.site / below.with_suffix(".html")

    def test_each_page_has_its_tables_and_lists(self):
        for page, made in self.pages():
            with self.subTest(page.name):
                text, shown = without_code(page.read_text(encoding="utf-8")), article(made)
                self.assertEqual(shown.count("<table>"), len(SEPARATOR.findall(text)))
                self.assertEqual(len(re.findall(r"<li\b", shown)), len([1 for line in text.split("\n") if ITEM.match(line)]))

    def test_the_script_makes_it(self):
        made = ROOT / "build/site/index.html"
        made.unlink(missing_ok=True)
        works(ROOT / "scripts/docs", env=environment(SIDESTEP_CACHE=CACHE))
        self.assertEqual(article(made), article(self.site / "index.html"))

    def test_a_code_block_is_one(self):
        for page, made in self.pages():
            with self.subTest(page.name):
                fences = len(re.findall(r"(?m)^\s*```", page.read_text(encoding="utf-8")))
                self.assertEqual(len(re.findall(r"<pre\b", article(made))), fences // 2)
                self.assertNotIn("```", article(made))

    def test_nothing_is_fetched_from_elsewhere(self):
        for made in self.site.rglob("*.html"):
            with self.subTest(made.name):
                self.assertEqual(re.findall(r"<(?:script|img)\b[^>]*\bsrc=\"?https?:[^>]*|<link\b[^>]*stylesheet[^>]*https?:[^>]*",
                                            made.read_text(encoding="utf-8")), [])

    def test_what_is_wrong_ends_it(self):
        for number, wrong in enumerate(("[x](none.md)", "[x](spawn.md#none)", "[x](#none)", "")):
            with self.subTest(wrong):
                copy = self.folder / f"copy{number}"
                for name in ("docs", "scripts/lib"):
                    shutil.copytree(ROOT / name, copy / name)
                for name in ("mkdocs.yml", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"):
                    shutil.copy(ROOT / name, copy)
                if wrong:
                    with open(copy / "docs/faq.md", "a", encoding="utf-8") as page:
                        page.write(f"\n{wrong}\n")
                else:
                    (copy / "docs/in-no-menu.md").write_text("# A page that nobody finds\n")
                done = run(*build(copy, copy / "site"), env=self.env)
                self.assertEqual((done.returncode, done.stderr.count("WARNING")), (1, 1), done.stderr)


if __name__ == "__main__":
    main()
