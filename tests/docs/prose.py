# SPDX-License-Identifier: BSD-3-Clause
"""How long the sentences of Markdown pages are.

    python3 tests/docs/prose.py README.md docs/*.md     the mean and the longest sentences of each page

Code blocks, headings and comments are no prose. An item of a list begins a sentence, and so does a cell of a table.
Cells are short by nature, so they count for the longest sentence and not for the mean. Inline code is one word.
"""
import dataclasses
import pathlib
import re
import sys

MEAN = 16     # words: what a page may have at most, on average
LONGEST = 30  # and in any one sentence

ITEM = re.compile(r"\s*(?:[-*+]|\d+\.)\s+(?:\[[ x]\]\s+)?")
# A sentence ends at . ! or ? before a blank and what begins another one; at the end of a paragraph whatever stands there.
END = re.compile(r"""(?<!\b[A-Z]\.)(?<!\be\.g\.)(?<!\bi\.e\.)(?<=[.!?])[)"'”*_]*\s+(?=["'“(*_`\[]*[A-Z0-9«§])""")
# sidestep, hydra, libmpi … begin sentences in lower case.
LOWER = re.compile(r"(?<=[a-z0-9§)]\.)\s+(?=(?:sidestep|hydra|libmpi|libucs|libucp|ssh|srun|pip|mpiexec|getenv|dlsym|git)\b)")


@dataclasses.dataclass
class Sentence:
    line: int
    text: str
    in_table: bool

    @property
    def words(self):
        return len([word for word in self.text.split() if re.search(r"\w", word)])


def blocks(text):
    """The prose of a page: line number, text, whether it is a cell."""
    text = re.sub(r"\A---\n.*?\n---\n", lambda found: "\n" * found[0].count("\n"), text, flags=re.S)
    text = re.sub(r"<!--.*?-->", lambda found: "\n" * found[0].count("\n"), text, flags=re.S)
    fence, begun, kept = None, 0, []

    def close():
        if kept:
            yield begun, " ".join(kept), False
            kept.clear()

    for number, line in enumerate(text.split("\n"), 1):
        mark = re.match(r"\s*(`{3,}|~{3,})", line)
        if fence or mark:
            yield from close()
            if not fence:
                fence = mark[1]
            elif mark and mark[1].startswith(fence):
                fence = None
        elif line.lstrip().startswith("|"):
            yield from close()
            for cell in re.split(r"(?<!\\)\|", re.sub(r"`[^`]*`", "CODE", line)):
                yield number, cell.strip(), True
        elif not line.strip() or re.match(r"#{1,6} |<[a-z/!]|\s*!!! |[-=]{3,}$", line):
            yield from close()
        else:
            item = ITEM.match(line)
            if item:
                yield from close()
                line = line[item.end():]
            if not kept:
                begun = number
            kept.append(line.strip().removeprefix("> "))
    yield from close()


def plain(text):
    """Without marks: inline code is one word, a link its text."""
    text = re.sub(r"``.+?``|`[^`]*`", "CODE", text)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"<[^>]*>", "", text)
    return re.sub(r"(?<!\w)[*_]{1,3}|[*_]{1,3}(?!\w)", "", text)


def sentences(text):
    for line, block, in_table in blocks(text):
        for whole in END.split(plain(block)):
            for part in LOWER.split(whole):
                if re.search(r"\w", part):
                    yield Sentence(line, part.strip(), in_table)


def mean(found):
    lengths = [one.words for one in found if not one.in_table]
    return sum(lengths) / len(lengths) if lengths else 0.0


def complaints(page, text):
    """What is wrong with a page, a line each."""
    found = list(sentences(text))
    said = [f"{page}:{one.line}: {one.words} words in a sentence, {LONGEST} at most: {one.text}"
            for one in found if one.words > LONGEST]
    if mean(found) > MEAN:
        said.append(f"{page}: {mean(found):.1f} words a sentence, {MEAN} at most")
    return said


if __name__ == "__main__":
    for path in map(pathlib.Path, sys.argv[1:]):
        contents = path.read_text(encoding="utf-8")
        print(f"{path}: {mean(list(sentences(contents))):.1f} words a sentence")
        print(*(f"  {said}" for said in complaints(path, contents)), sep="\n")
