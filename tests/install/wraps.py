# SPDX-License-Identifier: BSD-3-Clause
"""Meson's wraps of this project: what is downloaded where a machine lacks a library, and a stand-in for the download."""
import configparser
import dataclasses
import pathlib
import shutil
import subprocess

from installed import SOURCE

SUBPROJECTS = SOURCE / "subprojects"
HEADERS = {"CLI11": "CLI", "fmt": "fmt", "nlohmann_json": "nlohmann"}  # the folder of each, below an include folder


@dataclasses.dataclass
class Wrap:
    name: str
    file: dict  # [wrap-file]
    provides: str

    @property
    def build_file(self):
        return SUBPROJECTS / "packagefiles" / self.file["patch_directory"] / "meson.build"


def wraps():
    for path in sorted(SUBPROJECTS.glob("*.wrap")):
        read = configparser.ConfigParser(interpolation=None)
        read.read(path)
        yield Wrap(path.stem, dict(read["wrap-file"]), read["provide"]["dependency_names"])


def include_folder(module):
    """Where this machine has its headers."""
    told = subprocess.run(["pkg-config", "--variable=includedir", module], stdout=subprocess.PIPE, text=True, check=True)
    return pathlib.Path(told.stdout.strip() or "/usr/include")


def source_without_downloads(target):
    """What builds sidestep, with this machine's headers where Meson would put what the wraps name. Its versions are then
    those of the wraps, and not of the headers."""
    for name in ("packaging", "shim"):
        shutil.copytree(SOURCE / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("meson.build", "meson_options.txt"):
        shutil.copy(SOURCE / name, target)
    for wrap in wraps():
        folder = target / "subprojects" / wrap.file["directory"]
        headers = HEADERS[wrap.provides]
        shutil.copytree(include_folder(wrap.provides) / headers, folder / "include" / headers)
        shutil.copy(wrap.build_file, folder)
        shutil.copy(SUBPROJECTS / f"{wrap.name}.wrap", target / "subprojects")
    return target
