# SPDX-License-Identifier: BSD-3-Clause
"""Every page is in short sentences, and in the reader's words."""
import re
import unittest

import prose
from pages import ROOT, all_pages, without_code

# What newcomers had to read twice, and what says it. A program's own output may have them: it is code.
WORDS = {
    r"mend(s|ed|ing)?": "fix", r"over UCX": "with UCX", r"answers? SIG[A-Z]+": "handles SIGSEGV",
    r"takes? the place of": "replaces", r"is told": "is set, reads",
}


class Prose(unittest.TestCase):
    def test_sentences_are_short(self):
        said = [line for page in all_pages()
                for line in prose.complaints(page.relative_to(ROOT), page.read_text(encoding="utf-8"))]
        self.assertEqual("\n".join(said), "")

    def test_words_are_the_readers(self):
        found = []
        for page in all_pages():
            text = re.sub(r"`[^`\n]*`|\"[^\"\n]*\"", "", without_code(page.read_text(encoding="utf-8")))
            for word, instead in WORDS.items():
                found += [f"{page.relative_to(ROOT)}: {one[0]!r}: {instead}" for one in re.finditer(rf"\b{word}\b", text)]
        self.assertEqual("\n".join(found), "")

    def test_how_it_counts(self):
        text = ("# A heading is no sentence\nOne two three. Four `five six` 5.0\nseven eight (nine). libmpi ends.\n\n- One item.\n"
                "- Two; items\n  of 3.1.x, e.g. This\n```sh\nno prose. At all.\n```\n| A cell. Two | three |\n|---|---|\n"
                "See [a link](page.md#with words) there.\n")
        self.assertEqual([(one.words, one.in_table) for one in prose.sentences(text)],
                         [(3, False), (6, False), (2, False), (2, False), (6, False), (2, True), (1, True), (1, True),
                          (4, False)])
        long = "word " * (prose.LONGEST + 1)
        self.assertEqual(len(prose.complaints("page", f"{long}.\n\n{'Short. ' * 9}")), 1)
        self.assertEqual(len(prose.complaints("page", f"| {long} |\n")), 1)
        self.assertEqual(len(prose.complaints("page", "word " * (prose.MEAN + 1))), 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
