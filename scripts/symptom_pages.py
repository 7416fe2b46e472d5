#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""symptom_pages.py SIDESTEP [--check]: writes docs/symptoms.md and docs/remedies/*.md from what the command knows.

With --check it writes nothing: it prints the pages that would change, and its exit status is 1 where there are any.
"""
import json
import pathlib
import subprocess
import sys

DOCS = pathlib.Path(__file__).resolve().parent.parent / "docs"
GENERATED = "<!-- Written by scripts/symptom_pages.py from shim/known/: change it there. -->\n"


def known(command, *words):
    return json.loads(subprocess.run([command, "list", *words, "--json"], capture_output=True, check=True, text=True).stdout)


def sentence(text):
    """The text as a sentence of its own."""
    text = text[0].upper() + text[1:] if not text.startswith(("mpi", "libfabric")) else text
    return text if text.endswith(".") else text + "."


def block(text, language="text"):
    return f"```{language}\n{text}\n```\n"


def source(message):
    if message["source"].startswith("https://"):
        return f"from [a public thread]({message['source']})"
    return "recorded by our tests"


def heading(problem):
    return f"### {problem['id']}\n\n{sentence(problem['symptom'])}\n"


def distinct(messages):
    """The messages without those that differ only in where they come from."""
    seen = {}
    for message in messages:
        seen.setdefault(message["text"], message)
    return list(seen.values())


def in_symptoms(problem, page):
    parts = [heading(problem)]
    for message in distinct(problem["messages"]):
        parts.append(block(message["text"]))
        if message["but"]:
            parts.append(f"**But:** {message['but']}\n")
    if problem["words"]:
        parts.append("Also: " + "; ".join(problem["words"]) + ".\n")
    parts.append(f"**Affected:** {problem['versions']}.\n")
    parts.append(f"**Cause:** {problem['cause']}\n")
    parts.append(f"**{'Fix' if page else 'Do'}:** {problem['acts']}\n")
    if not page:
        parts.append("<!-- not run: it is for a machine that has this problem -->")
    parts.append(block(problem["command"], "sh"))
    if page:
        parts.append(f"More: [{problem['id']}](remedies/{problem['id']}.md).\n")
    else:
        parts.append("Upstream: " + ", ".join(f"<{link}>" for link in problem["links"]) + ".\n")
    return "\n".join(parts)


def index(problems):
    lines = ["| what you see | name |", "|---|---|"]
    lines += [f"| {problem['symptom']} | [{problem['id']}](#{problem['id']}) |" for problem in problems]
    return "\n".join(lines) + "\n"


def symptoms(remedies, limits):
    return "\n".join([
        "# Find your message\n", GENERATED,
        "Search this page for a part of your message. Or let sidestep search:\n",
        block("sidestep explain < job.err\nsidestep explain 'unable to write to downstream stdin'", "sh"),
        "It reads whole job logs: ranks' and times' prefixes, colours and broken lines do no harm. Its exit status is 0 where a\n"
        "problem is found, and 1 where none is. Words in braces, such as `{host}`, differ from case to case.\n",
        "## What sidestep fixes\n", index(remedies), *[in_symptoms(problem, True) for problem in remedies],
        "## What sidestep knows and cannot fix\n", index(limits), *[in_symptoms(problem, False) for problem in limits]])


def page_of(problem):
    parts = [f"# {problem['id']}\n", GENERATED, sentence(problem["symptom"]) + "\n", block(problem["command"], "sh"),
             "## Messages\n"]
    for message in problem["messages"]:
        parts.append(f"{message['versions']}, {source(message)}:\n")
        parts.append(block(message["text"]))
        if message["but"]:
            parts.append(f"**But:** {message['but']}\n")
    if not problem["messages"]:
        parts.append("It prints none.\n")
    if problem["words"]:
        parts.append("People also search for:\n")
        parts.append("\n".join(f"- {words}" for words in problem["words"]) + "\n")
    parts += ["## Affected\n", sentence(problem["versions"]) + "\n", "## Cause\n", problem["cause"] + "\n",
              "## What sidestep does\n", problem["acts"] + "\n", "## What it costs\n", problem["cost"] + "\n",
              "## Switch it off\n", block(f"export SIDESTEP_SKIP={problem['id']}", "sh"),
              "`SIDESTEP_DISABLE=1` switches all of sidestep off. "
              f"`SIDESTEP_FORCE={problem['id']}` insists, where a version or a setting of yours would leave it out.\n",
              "## Upstream\n", "\n".join(f"- <{link}>" for link in problem["links"]) + "\n",
              "[All messages](../symptoms.md)\n"]
    return "\n".join(parts)


def pages(command):
    """{path: text}"""
    remedies, limits = known(command), known(command, "--limits")
    made = {DOCS / "symptoms.md": symptoms(remedies, limits)}
    made.update({DOCS / "remedies" / f"{problem['id']}.md": page_of(problem) for problem in remedies})
    return made


def main(command, *options):
    made = pages(command)
    there = {DOCS / "symptoms.md", *(DOCS / "remedies").glob("*.md")}
    changed = [path for path in made if not path.exists() or path.read_text(encoding="utf-8") != made[path]]
    left = sorted(there - set(made))
    if "--check" in options:
        for path in changed + left:
            print(f"{path.relative_to(DOCS.parent)} is not what scripts/symptom_pages.py writes")
        return 1 if changed or left else 0
    (DOCS / "remedies").mkdir(exist_ok=True)
    for path in changed:
        path.write_text(made[path], encoding="utf-8")
    for path in left:
        path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
