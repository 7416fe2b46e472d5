# SPDX-License-Identifier: BSD-3-Clause
"""MkDocs' hooks (mkdocs.yml): pages of the repository become pages of the site, as they are.

The pages are written for GitHub too. So CHANGELOG.md and its like stay where they are and are linked by "../", and a
list or a table may follow a line of text without a blank line between.
"""
import pathlib
import re

from mkdocs.structure.files import File

ROOT = pathlib.Path(__file__).resolve().parents[2]
BESIDE = ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")  # beside docs/, and in the site
FENCE = re.compile(r"\s*```")
BEGINS = re.compile(r"(\s*)(?:[-*+]|\d+\.)\s|\|")


def on_config(config):
    """The pages of remedies are made from the remedies: the menu has those that are there."""
    remedies = sorted(f"remedies/{page.name}" for page in (ROOT / "docs/remedies").glob("*.md"))
    if remedies:
        config.nav.insert(2, {"Remedies": remedies})
    return config


def on_files(files, config):
    for name in BESIDE:
        files.append(File.generated(config, name, abs_src_path=str(ROOT / name)))
    return files


def on_page_markdown(markdown, page, config, files):
    return separated(moved(markdown, page.file.src_uri))


def moved(markdown, name):
    """With the links of where the page is in the site."""
    if name in BESIDE:
        return re.sub(r"\]\(docs/", "](", markdown)
    markdown = re.sub(r"\]\((?:\.\./)+README\.md", "](index.md", markdown)
    return re.sub(rf"\]\(\.\./((?:\.\./)?)({'|'.join(map(re.escape, BESIDE))})", r"](\1\2", markdown)


def separated(markdown):
    """With a blank line before each list and table, which Python's Markdown wants and GitHub's does not."""
    lines, fenced, inside = [], False, False  # inside: a list or a table
    for line in markdown.split("\n"):
        begins = BEGINS.match(line)
        if FENCE.match(line):
            if not fenced and lines and lines[-1].strip():
                lines.append("")
            fenced, inside = not fenced, False
            lines.append(line)
            if not fenced:
                lines.append("")
            continue
        if not fenced:
            if begins and not inside and lines and lines[-1].strip():
                lines.append("")
            inside = bool(begins) or inside and bool(line.strip()) or inside and line.startswith("  ")
        lines.append(line)
    return "\n".join(lines)
