# SPDX-License-Identifier: BSD-3-Clause
"""What `meson install` runs at its end: writes PREFIX/share/sidestep/installed, the list of what it has put there.

scripts/uninstall reads it. Names are relative to the prefix, which may move; what lies outside of it keeps its whole path.
"""
import json
import os
import pathlib

LIST = "share/sidestep/installed"

prefix = pathlib.Path(os.environ["MESON_INSTALL_PREFIX"])
placed = pathlib.Path(os.environ["MESON_INSTALL_DESTDIR_PREFIX"])
destdir = os.environ.get("DESTDIR", "")
planned = json.loads(pathlib.Path(os.environ["MESON_BUILD_ROOT"], "meson-info/intro-installed.json").read_text())


def name_of(file):
    return str(file.relative_to(prefix)) if prefix in file.parents else str(file)


# `meson install --tags` and --skip-subprojects leave some out.
there = [file for file in map(pathlib.Path, planned.values()) if os.path.lexists(f"{destdir}{file}")]
(placed / LIST).parent.mkdir(parents=True, exist_ok=True)
(placed / LIST).write_text("".join(f"{name}\n" for name in sorted([*map(name_of, there), LIST])))
