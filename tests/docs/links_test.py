# SPDX-License-Identifier: BSD-3-Clause
"""Every link inside the repository leads somewhere, anchors included, and every page of docs/ is linked."""
import pathlib
import re
import tempfile
import unittest

import pages
from pages import ROOT, all_pages, without_code

LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)|<(?:a|img|source)\s[^>]*?(?:href|src|srcset)=\"([^\"]+)\"")
# "docs/spawn.md", "spawn.md" as code: a reader cannot follow it.
NO_LINK = re.compile(r"(?<!\[)`((?:docs/)?[a-z-]+\.md)`")


def slug(heading):
    """The anchor that GitHub gives a heading."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
    return re.sub(r"[^\w\- ]", "", text.strip().lower().replace("*", "")).replace(" ", "-")


def anchors(text):
    text = without_code(text)
    found = set(re.findall(r"<a (?:id|name)=\"([^\"]+)\"", text))
    for heading in re.findall(r"(?m)^#{1,6}\s+(.*?)\s*#*$", text):
        name, again = slug(heading), 0
        while (name if not again else f"{name}-{again}") in found:
            again += 1
        found.add(name if not again else f"{name}-{again}")
    return found


def links(page):
    """Line and target of each link that stays in the repository."""
    text = re.sub(r"`[^`\n]*`", lambda code: "x" * len(code[0]), without_code(page.read_text(encoding="utf-8")))
    for found in LINK.finditer(text):
        target = found[1] or found[2]
        if not re.match(r"[a-z]+:", target):
            yield text.count("\n", 0, found.start()) + 1, target


def dead(page, root=ROOT):
    """What is wrong with the links of a page, a line each."""
    for line, target in links(page):
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        if not there.is_relative_to(root) or not there.exists():
            yield f"{page.relative_to(root)}:{line}: there is no {target}"
        elif anchor and anchor not in anchors(there.read_text(encoding="utf-8")):
            yield f"{page.relative_to(root)}:{line}: there is no heading for {target}"


def linked_from(start):
    """The pages that a reader reaches from one by links."""
    reached, ahead = set(), [start]
    while ahead:
        page = ahead.pop()
        if page not in reached and page.suffix == ".md" and page.exists():
            reached.add(page)
            ahead += [(page.parent / target.partition("#")[0]).resolve() for _, target in links(page) if target[0] != "#"]
    return reached


class Links(unittest.TestCase):
    def test_each_leads_somewhere(self):
        self.assertEqual([said for page in all_pages() for said in dead(page)], [])

    def test_each_page_is_linked_from_the_index(self):
        self.assertEqual(set(pages.reference()) - linked_from(ROOT / "docs/index.md") - {ROOT / "README.md"}, set())

    def test_a_page_is_named_by_a_link(self):
        found = [f"{page.relative_to(ROOT)}: {name}" for page in all_pages()
                 for name in NO_LINK.findall(without_code(page.read_text(encoding="utf-8")))]
        self.assertEqual(found, [])

    def test_dead_links_are_seen(self):
        with tempfile.TemporaryDirectory() as folder:
            page = pathlib.Path(folder).resolve() / "page.md"
            page.write_text("# A `b` c\n[1](page.md#a-b-c) [2](#a-b-d) ![3](none.svg) [4](../page.md)\n```sh\n[5](none)\n```\n"
                            '<img src="gone.svg">\n')
            self.assertEqual(list(dead(page, page.parent)),
                             ["page.md:2: there is no heading for #a-b-d", "page.md:2: there is no none.svg",
                              "page.md:2: there is no ../page.md", "page.md:6: there is no gone.svg"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
