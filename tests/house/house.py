#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Usage: python3 tests/house/house.py [SHIM]

Prints the house: the folders of shim/ by floors, their files, and how many includes run from each to which others.
What breaks its rules is printed last, and then the exit status is 1:
  - a folder includes only from those that rooms.txt allows it, and includes make no circle of folders or files;
  - a base name occurs in one folder (main.cpp aside), and an include names its folder;
  - x.hpp is implemented in x.cpp: what it declares, and does not define itself, is defined there;
  - a namespace is its folder.
"""
import collections
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
GENERATED = {"installed_paths.hpp", "sidestep_version.hpp"}
# Declarations of what other libraries define.
FOREIGN = {"abi/asan_functions.hpp", "abi/cuda_functions.hpp", "abi/mpi_functions.hpp", "abi/ucx_functions.hpp"}


def read_rooms(path=HERE / "rooms.txt"):
    rooms = {}
    for line in path.read_text().splitlines():
        if line and not line.startswith("#"):
            name, allowed = line.split(":")
            rooms[name] = allowed.split()
    return rooms


def sources(shim):
    """Every file of C++, by its path below shim/; precompiled headers are no part of any room."""
    return {str(file.relative_to(shim)): file.read_text() for file in sorted(shim.rglob("*"))
            if file.suffix in (".hpp", ".cpp", ".def") and file.parent.name != "pch"}


def folder(path):
    return str(pathlib.PurePath(path).parent)


def unit(path):
    """A header and the source of its name are one."""
    return str(pathlib.PurePath(path).with_suffix(""))


def includes(text):
    return re.findall(r'^\s*#\s*include\s+"([^"]+)"', text, re.M)


def circle(graph):
    """One circle of a graph {node: nodes}, as a list; None where it has none."""
    done, path = set(), []

    def visit(node):
        if node in path:
            return path[path.index(node):] + [node]
        if node in done:
            return None
        path.append(node)
        found = next(filter(None, map(visit, sorted(graph.get(node, ())))), None)
        path.pop()
        done.add(node)
        return found
    return next(filter(None, map(visit, sorted(graph))), None)


def plain(text):
    """Without comments, preprocessor lines, and what stands in quotes."""
    text = re.sub(r'R"(\w*)\(.*?\)\1"', '""', text, flags=re.S)
    text = re.sub(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'|//[^\n]*|/\*.*?\*/',
                  lambda match: match[0][0] * 2 if match[0][0] in "\"'" else " ", text, flags=re.S)
    return re.sub(r"^\s*#(?:[^\n]*\\\n)*[^\n]*", "", text, flags=re.M)


def statements(text):
    """(statement, has a body) of all at the level of namespaces and classes; bodies themselves are left out."""
    text = plain(text)
    start = at = 0
    while at < len(text):
        head = text[start:at].strip()
        if text[at] == ";":
            yield head, False
            start = at + 1
        elif text[at] == "}":
            start = at + 1
        elif text[at] == "{" and opens_scope(head):
            start = at + 1
        elif text[at] == "{":
            at = closing(text, at)
            if not is_initializer(head, text[at + 1:].lstrip()[:1]):
                yield head, True
                start = at + 1
        at += 1


def opens_scope(head):
    """Whether what stands before a brace begins a namespace or a class."""
    head = without_templates(head)
    return re.search(r'\bnamespace\b|^extern ""$', head) or (
        re.search(r"\b(class|struct|union)\b", head) and "(" not in head and "=" not in head)


def is_initializer(head, following):
    """Whether the braces behind this are a value, and the statement goes on: int a{1}; f() : a_{1}, b_{2} {}."""
    head = without_templates(head)
    return "(" not in head or head.endswith("=") or (":" in head and following in (",", "{"))


def closing(text, at):
    """The index of the brace that closes the one at `at`."""
    depth = 0
    for index in range(at, len(text)):
        depth += {"{": 1, "}": -1}.get(text[index], 0)
        if depth == 0:
            return index
    return len(text)


def without_templates(text):
    text = re.sub(r"\b(decltype|noexcept|__attribute__|alignas)\s*\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)", "", text)
    text = re.sub(r"\[\[.*?\]\]|operator\s*(<=>|<<|>>|[<>]=?)", "", text)
    before = None
    while before != text:
        before, text = text, re.sub(r"<[^<>]*>", "", text)
    return text


def function_name(statement):
    """The name of the function that it declares or defines; None where it does not."""
    statement = without_templates(statement)
    if re.match(r"(using|typedef|static_assert|friend|return|__asm__)\b", statement) or re.search(r"\(\s*\*", statement):
        return None
    head = statement.split("(")[0]
    if "(" not in statement or "=" in head:
        return None
    name = re.search(r"(~?\w+)\s*$", head)
    return name and name[1]


def declared(header):
    """The functions and variables that it declares and does not define."""
    defined, names = set(), []
    for statement, has_body in statements(header):
        if has_body:
            defined.add(function_name(statement))
        elif statement.startswith("extern ") and "(" not in without_templates(statement):
            names += re.findall(r"(\w+)\s*(?:\[[^]]*\])?\s*(?:,|$)", without_templates(statement))
        elif not re.search(r"=\s*(0|default|delete)$", statement) and (name := function_name(statement)):
            names.append(name)
    return [name for name in names if name not in defined]


def defines(source, name):
    text, word = plain(source), re.escape(name)
    if re.search(rf"\b{word}\s*(\[[^]]*\])?\s*(=|{{)|::{word}\([^()]*\)[ \w]*= default", text):
        return True
    return any(has_body and function_name(statement) == name for statement, has_body in statements(source))


def namespaces(text):
    """Those that it opens at the level of the file."""
    text, depth = plain(text), 0
    for match in re.finditer(r"\bnamespace\s+([\w:]+)\s*\{|[{}]", text):
        if match[1] and depth == 0:
            yield match[1]
        depth += {"{": 1, "}": -1}[match[0][-1]]


def check(shim, rooms):
    """What breaks the rules, a line each."""
    files, wrong = sources(shim), []
    folders, units, used = collections.defaultdict(set), collections.defaultdict(set), set()
    for path, text in files.items():
        here = folder(path)
        if here not in rooms:
            wrong.append(f"{path}: rooms.txt has no {here}")
        for named in includes(text):
            if named in GENERATED:
                continue
            if named not in files:
                wrong.append(f"{path}: includes {named}: not a path below shim/")
                continue
            there = folder(named)
            if unit(named) != unit(path):
                units[unit(path)].add(unit(named))
            if there == here:
                continue
            folders[here].add(there)
            used.add((here, there))
            if there not in rooms.get(here, []):
                wrong.append(f"{path}: includes {named}: rooms.txt does not let {here} include from {there}")
        for name in namespaces(text):
            own = here.replace("/", "::")
            if name != own and not name.startswith(own + "::"):
                wrong.append(f"{path}: opens namespace {name}, its folder is {here}")
    for here, allowed in rooms.items():
        wrong += [f"rooms.txt: {here} need not include from {there}" for there in allowed if (here, there) not in used]
    for what, graph in ("folders", folders), ("files", units), ("rooms.txt", rooms):
        if found := circle(graph):
            wrong.append(f"a circle of {what}: {' -> '.join(found)}")
    places = collections.defaultdict(set)
    for file in shim.rglob("*"):
        if file.is_file() and file.name not in ("main.cpp", "meson.build"):
            places[file.stem].add(folder(file.relative_to(shim)))
    wrong += [f"the base name {name} occurs in {', '.join(sorted(where))}"
              for name, where in sorted(places.items()) if len(where) > 1]
    for path, text in files.items():
        if not path.endswith(".hpp") or path in FOREIGN:
            continue
        source = files.get(unit(path) + ".cpp")
        for name in declared(text):
            if source is None:
                wrong.append(f"{path}: declares {name}, and there is no {unit(path)}.cpp")
            elif not defines(source, name):
                wrong.append(f"{path}: declares {name}, which {unit(path)}.cpp does not define")
    return wrong


def floors(graph, names):
    """{name: its floor}: one above the highest that it includes from."""
    known = {}

    def floor(name):
        if name not in known:
            known[name] = 0  # a circle: told elsewhere
            known[name] = 1 + max((floor(other) for other in graph.get(name, ())), default=0)
        return known[name]
    return {name: floor(name) for name in names}


def show(shim, rooms):
    files = sources(shim)
    counts = collections.Counter((folder(path), folder(named)) for path, text in files.items()
                                 for named in includes(text) if named in files and folder(named) != folder(path))
    for depth, title in (1, "The house"), (2, "Within remedies/"):
        def room(name, depth=depth):
            return "/".join(name.split("/")[:depth])
        names = {room(name) for name in rooms if depth == 1 or name.startswith("remedies")}
        graph = collections.defaultdict(collections.Counter)
        for (here, there), count in counts.items():
            if room(here) in names and room(there) in names and room(here) != room(there):
                graph[room(here)][room(there)] += count
        by_floor = collections.defaultdict(list)
        for name, floor in floors(graph, names).items():
            by_floor[floor].append(name)
        print(f"{title}: {len(by_floor)} floors")
        for floor in sorted(by_floor, reverse=True):
            for name in sorted(by_floor[floor]):
                down = ", ".join(f"{there} {count}" for there, count in graph[name].most_common())
                print(f"  {floor}  {name + '/':<20} -> {down or 'nothing'}")
                units = sorted({unit(path).split("/", name.count("/") + 1)[-1] for path in files
                                if (folder(path) == name if depth == 2 else room(folder(path)) == name)})
                print(f"     {'':<20}    {len(units)}: {' '.join(units)}")
        print()


def main(words):
    shim = pathlib.Path(words[0] if words else HERE.parent.parent / "shim").resolve()
    rooms = read_rooms()
    show(shim, rooms)
    wrong = check(shim, rooms)
    print("\n".join(wrong) or "No circle, nothing upward, each name once, each header in the source of its name.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
